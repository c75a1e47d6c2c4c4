// Package os: standard output and error, leaving the program, and a computer without files.
//
// Opening a file fails as if it did not exist; standard input is empty.
package os

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

//op WRITE a b
func write(fd int, b []byte)

//op WRITE a b
func writeString(fd int, s string)

//op EXIT a
func Exit(code int)

var Args = []string{"main"}

var (
	Stdin  = &File{0, "/dev/stdin"}
	Stdout = &File{1, "/dev/stdout"}
	Stderr = &File{2, "/dev/stderr"}
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

type PathError = fs.PathError
type FileMode = fs.FileMode

const (
	O_RDONLY = 0
	O_WRONLY = 1
	O_RDWR   = 2
	O_CREATE = 0x40
	O_EXCL   = 0x80
	O_TRUNC  = 0x200
	O_APPEND = 0x400
)

type File struct {
	fd   int
	name string
}

func (f *File) Name() string { return f.name }
func (f *File) Fd() uintptr  { return uintptr(f.fd) }
func (f *File) Sync() error  { return nil }
func (f *File) Close() error { return nil }

func (f *File) Read(b []byte) (n int, err error) {
	if f == nil {
		return 0, ErrInvalid
	}
	return 0, io.EOF
}

func (f *File) ReadAt(b []byte, off int64) (n int, err error) { return f.Read(b) }

func (f *File) Write(b []byte) (n int, err error) {
	if f == nil {
		return 0, ErrInvalid
	}
	write(f.fd, b)
	return len(b), nil
}

func (f *File) WriteString(s string) (n int, err error) {
	if f == nil {
		return 0, ErrInvalid
	}
	writeString(f.fd, s)
	return len(s), nil
}

// noEntry wraps ErrNotExist in what the kernel says.
type noEntry struct{}

func (noEntry) Error() string        { return "no such file or directory" }
func (noEntry) Is(target error) bool { return target == ErrNotExist }

func missing(op, name string) error { return &PathError{op, name, noEntry{}} }

func Open(name string) (*File, error)   { return nil, missing("open", name) }
func Create(name string) (*File, error) { return nil, missing("open", name) }

func OpenFile(name string, flag int, perm FileMode) (*File, error) {
	return nil, missing("open", name)
}

func ReadFile(name string) ([]byte, error) { return nil, missing("open", name) }

func WriteFile(name string, data []byte, perm FileMode) error { return missing("open", name) }

func Remove(name string) error { return missing("remove", name) }

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
	return all
}

func Unsetenv(key string) error {
	delete(env, key)
	return nil
}

func Getpid() int               { return 1 }
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
