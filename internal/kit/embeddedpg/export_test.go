package embeddedpg

import "context"

// StartOn is Start on a machine of the test's choosing: whether children outlive
// their parent there, and where root keeps what the account cannot reach.
func StartOn(ctx context.Context, o Options, childrenOutliveUs bool, spare string) (*Server, error) {
	return start(ctx, o, machine{orphans: childrenOutliveUs, spare: spare})
}

// NPMPackage completes and finds the npm package below a directory.
func NPMPackage(dir string) (string, error) { return npmPackage(dir) }

// NPMPlatform is the package's name for this system.
func NPMPlatform() string { return npmPlatform() }

// Alive tells whether the postmaster of a cluster runs, by its own pid file.
func Alive(cluster string) bool {
	pf, ok := readPIDFile(cluster)
	return ok && pf.alive()
}
