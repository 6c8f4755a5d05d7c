// Command withpg runs a command with a throwaway PostgreSQL beside it:
//
//	go run ./internal/kit/embeddedpg/withpg -- go test ./...
//
// The command finds the server's address in SS_TEST_DATABASE_URL (a superuser's)
// and withpg ends with the command's exit code. When SS_TEST_DATABASE_URL is set
// already, that server is used and none is started. SS_POSTGRES_BIN chooses the
// binaries.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"smoothschedule/internal/kit/embeddedpg"
)

const urlVariable = "SS_TEST_DATABASE_URL"

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: withpg -- command [argument ...]")
		os.Exit(2)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
	}
	os.Exit(code)
}

// run answers the exit code of the command, or 1 when there was no way to run it.
func run(args []string) (int, error) {
	if os.Getenv(urlVariable) != "" {
		return command(args, os.Environ())
	}
	dir, err := os.MkdirTemp("", "smoothschedule-test-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	// Root starts the server as another user, who must get through here.
	if err := os.Chmod(dir, 0o711); err != nil {
		return 1, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	server, err := embeddedpg.Start(ctx, embeddedpg.Options{
		DataDir:   dir,
		BinDir:    os.Getenv("SS_POSTGRES_BIN"),
		NPMDir:    embeddedpg.DefaultNPMDir(),
		Throwaway: true,
	})
	if err != nil {
		return 1, err
	}
	code, err := command(args, append(os.Environ(), urlVariable+"="+server.URL(embeddedpg.Superuser, "postgres")))
	stopCtx, stopCancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer stopCancel()
	return code, errors.Join(err, server.Stop(stopCtx))
}

func command(args, environ []string) (int, error) {
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // it ends when it ends; signals are passed on
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, environ
	// Ctrl-C reaches the command from the terminal; we stay to stop the server.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case sig := <-signals:
				if sig == syscall.SIGTERM {
					_ = cmd.Process.Signal(sig)
				}
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(1, exit.ExitCode()), nil // -1 when a signal ended it
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
