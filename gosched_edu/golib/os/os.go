// Package os: standard streams, arguments, leaving the program; files are in tree.go.
package os

import (
	"errors"
	"io/fs"
	"sort"
	"syscall"
)

//op WRITE a b
func write(fd int, b []byte)

//op WRITE a b
func writeString(fd int, s string)

//op EXIT a
func Exit(code int)

// What the caller of the program gives it: the linker notes where these texts are, and the run fills
// them (kernel/image.py:Image.given). Parts of givenArgs and givenFiles are separated by NUL.
var givenStdin, givenArgs, givenFiles string

var Args = append([]string{"main"}, split(givenArgs)...)

// split takes apart texts that each end with NUL.
func split(s string) (parts []string) {
	for start, i := 0, 0; i < len(s); i++ {
		if s[i] == 0 {
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return
}

var (
	Stdin  = &File{fd: 0, name: "/dev/stdin"}
	Stdout = &File{fd: 1, name: "/dev/stdout"}
	Stderr = &File{fd: 2, name: "/dev/stderr"}
)

var (
	ErrInvalid          = fs.ErrInvalid
	ErrPermission       = fs.ErrPermission
	ErrExist            = fs.ErrExist
	ErrNotExist         = fs.ErrNotExist
	ErrClosed           = fs.ErrClosed
	ErrDeadlineExceeded = error(timeout{})
	ErrProcessDone      = errors.New("os: process already finished")
)

type timeout struct{}

func (timeout) Error() string { return "i/o timeout" }
func (timeout) Timeout() bool { return true }

func IsNotExist(err error) bool { return errors.Is(err, ErrNotExist) }
func IsExist(err error) bool    { return errors.Is(err, ErrExist) }
func IsTimeout(err error) bool {
	t, ok := err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

var env = map[string]string{}

func Getenv(key string) string { return env[key] }

func LookupEnv(key string) (string, bool) {
	value, ok := env[key]
	return value, ok
}

func Setenv(key, value string) error {
	env[key] = value
	return nil
}

func Environ() []string {
	var all []string
	for k, v := range env {
		all = append(all, k+"="+v)
	}
	sort.Strings(all)
	return all
}

func Clearenv() { clear(env) }

// Expand replaces $name and ${name} in s by what mapping says.
func Expand(s string, mapping func(string) string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		end := i + 1
		if s[end] == '{' {
			for end < len(s) && s[end] != '}' {
				end++
			}
			if end < len(s) {
				out = append(out, mapping(s[i+2:end])...)
			}
			i = end
			continue
		}
		for end < len(s) && (s[end] == '_' || '0' <= s[end] && s[end] <= '9' || 'a' <= s[end]|32 && s[end]|32 <= 'z') {
			end++
		}
		out = append(out, mapping(s[i+1:end])...)
		i = end - 1
	}
	return string(out)
}

func ExpandEnv(s string) string { return Expand(s, Getenv) }

func Unsetenv(key string) error {
	delete(env, key)
	return nil
}

func Getpid() int               { return 1 }
func Getppid() int              { return 0 }
func Getuid() int               { return 1000 }
func Getgid() int               { return 1000 }
func Hostname() (string, error) { return "localhost", nil }

// A Signal is what another process sends; see package os/signal for the only one that comes.
type Signal interface {
	String() string
	Signal()
}

var (
	Interrupt Signal = syscall.SIGINT
	Kill      Signal = syscall.SIGKILL
)
