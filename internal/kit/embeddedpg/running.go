package embeddedpg

import "path/filepath"

// Running finds the server that another process runs on the data directory, so that a command can work beside it.
// The answer gives addresses as Server.URL does.
func Running(dataDir string) (url func(user, database string) string, ok bool) {
	wanted, err := wantedDir(dataDir)
	if err != nil {
		return nil, false
	}
	for _, dir := range []string{wanted, filepath.Join(spareDir, fingerprint(wanted))} {
		if p, found := readPIDFile(site{dir: dir}.cluster()); found && p.alive() && p.sockets != "" {
			return func(user, database string) string { return socketURL(p.sockets, user, database) }, true
		}
	}
	return nil, false
}
