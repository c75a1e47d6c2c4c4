// Package fs: what a tree of files is (io/fs). The only tree is that of package os.
package fs

import (
	"errors"
	"internal/oserror"
	"time"
)

var (
	ErrInvalid    = oserror.ErrInvalid
	ErrPermission = oserror.ErrPermission
	ErrExist      = oserror.ErrExist
	ErrNotExist   = oserror.ErrNotExist
	ErrClosed     = oserror.ErrClosed

	SkipDir = errors.New("skip this directory")
	SkipAll = errors.New("skip everything and stop the walk")
)

type FS interface {
	Open(name string) (File, error)
}

type File interface {
	Stat() (FileInfo, error)
	Read([]byte) (int, error)
	Close() error
}

type ReadDirFile interface {
	File
	ReadDir(n int) ([]DirEntry, error)
}

type ReadDirFS interface {
	FS
	ReadDir(name string) ([]DirEntry, error)
}

type ReadFileFS interface {
	FS
	ReadFile(name string) ([]byte, error)
}

type StatFS interface {
	FS
	Stat(name string) (FileInfo, error)
}

type DirEntry interface {
	Name() string
	IsDir() bool
	Type() FileMode
	Info() (FileInfo, error)
}

type FileInfo interface {
	Name() string
	Size() int64
	Mode() FileMode
	ModTime() time.Time
	IsDir() bool
	Sys() any
}

type FileMode uint32

const (
	ModeDir FileMode = 1 << (32 - 1 - iota)
	ModeAppend
	ModeExclusive
	ModeTemporary
	ModeSymlink
	ModeDevice
	ModeNamedPipe
	ModeSocket
	ModeSetuid
	ModeSetgid
	ModeCharDevice
	ModeSticky
	ModeIrregular

	ModeType = ModeDir | ModeSymlink | ModeNamedPipe | ModeSocket | ModeDevice | ModeCharDevice | ModeIrregular

	ModePerm FileMode = 0777
)

func (m FileMode) IsDir() bool     { return m&ModeDir != 0 }
func (m FileMode) IsRegular() bool { return m&ModeType == 0 }
func (m FileMode) Perm() FileMode  { return m & ModePerm }
func (m FileMode) Type() FileMode  { return m & ModeType }

// String is what ls -l shows.
func (m FileMode) String() string {
	var out []byte
	for i, c := range "dalTLDpSugct?" {
		if m&(1<<uint(31-i)) != 0 {
			out = append(out, byte(c))
		}
	}
	if len(out) == 0 {
		out = append(out, '-')
	}
	for i, c := range "rwxrwxrwx" {
		if m&(1<<uint(8-i)) == 0 {
			c = '-'
		}
		out = append(out, byte(c))
	}
	return string(out)
}

type PathError struct {
	Op   string
	Path string
	Err  error
}

func (e *PathError) Error() string { return e.Op + " " + e.Path + ": " + e.Err.Error() }
func (e *PathError) Unwrap() error { return e.Err }

func (e *PathError) Timeout() bool {
	t, ok := e.Err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// ValidPath says whether name is one that FS.Open takes: without "." and ".." on its way.
func ValidPath(name string) bool {
	if name == "." {
		return true
	}
	for start, i := 0, 0; i <= len(name); i++ {
		if i == len(name) || name[i] == '/' {
			part := name[start:i]
			if part == "" || part == "." || part == ".." {
				return false
			}
			start = i + 1
		}
	}
	return true
}

type dirEntry struct{ info FileInfo }

func (e dirEntry) Name() string            { return e.info.Name() }
func (e dirEntry) IsDir() bool             { return e.info.IsDir() }
func (e dirEntry) Type() FileMode          { return e.info.Mode().Type() }
func (e dirEntry) Info() (FileInfo, error) { return e.info, nil }
func (e dirEntry) String() string          { return FormatDirEntry(e) }

func FileInfoToDirEntry(info FileInfo) DirEntry {
	if info == nil {
		return nil
	}
	return dirEntry{info}
}

func FormatDirEntry(dir DirEntry) string {
	name := dir.Type().String()
	name = name[:len(name)-9] + " " + dir.Name()
	if dir.IsDir() {
		name += "/"
	}
	return name
}
