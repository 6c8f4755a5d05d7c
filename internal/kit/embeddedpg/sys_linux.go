package embeddedpg

import "syscall"

// childrenOutliveUs is false: the kernel signals our children when we die.
const childrenOutliveUs = false

// dieWithUs has the kernel send sig to the child when the thread that forked it
// ends, which spawn makes the same as the process ending.
func dieWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
