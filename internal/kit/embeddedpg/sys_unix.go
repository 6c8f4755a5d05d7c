//go:build unix && !linux

package embeddedpg

import "syscall"

// childrenOutliveUs is true: there is no parent-death signal here, so a server
// whose parent was killed goes on and the next start adopts it.
const childrenOutliveUs = true

func dieWithUs(*syscall.SysProcAttr, syscall.Signal) {}
