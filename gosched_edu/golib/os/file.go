package os

import (
	"io"
	"io/fs"
	"syscall"
	"time"
)

type (
	PathError = fs.PathError
	FileMode  = fs.FileMode
	FileInfo  = fs.FileInfo
	DirEntry  = fs.DirEntry
)

const (
	O_RDONLY = 0
	O_WRONLY = 1
	O_RDWR   = 2
	O_CREATE = 0x40
	O_EXCL   = 0x80
	O_TRUNC  = 0x200
	O_APPEND = 0x400
	O_SYNC   = 0x101000
)

const (
	SEEK_SET = io.SeekStart
	SEEK_CUR = io.SeekCurrent
	SEEK_END = io.SeekEnd
)

const (
	ModeDir        = fs.ModeDir
	ModeAppend     = fs.ModeAppend
	ModeSymlink    = fs.ModeSymlink
	ModeDevice     = fs.ModeDevice
	ModeNamedPipe  = fs.ModeNamedPipe
	ModeSocket     = fs.ModeSocket
	ModeCharDevice = fs.ModeCharDevice
	ModeType       = fs.ModeType
	ModePerm       = fs.ModePerm
)

// A File is one of the three standard streams, or an open node of the tree.
type File struct {
	fd     int
	name   string
	node   *node
	flag   int
	at     int
	listed int // entries of a directory that were read
	closed bool
}

// What a call of the kernel takes for a file that is in its cache.
const (
	callTime = 1500
	openTime = 5000
)

//op SYSCALL a 0
func enter(ns int64)

func (f *File) Name() string { return f.name }
func (f *File) Fd() uintptr  { return uintptr(f.fd) }
func (f *File) Sync() error  { return f.check("sync") }

func (f *File) fail(op string, err error) error { return &PathError{op, f.name, err} }

func (f *File) check(op string) error {
	if f == nil {
		return ErrInvalid
	}
	if f.closed {
		return f.fail(op, ErrClosed)
	}
	return nil
}

func (f *File) Close() error {
	if err := f.check("close"); err != nil {
		return err
	}
	f.closed = true
	return nil
}

// stdin is how much of standard input was read.
var stdin int

func (f *File) Read(b []byte) (n int, err error) {
	if err := f.check("read"); err != nil {
		return 0, err
	}
	if f.node == nil {
		if f.fd != 0 {
			return 0, f.fail("read", syscall.EBADF)
		}
		enter(callTime)
		mu.Lock()
		n = copy(b, givenStdin[stdin:])
		stdin += n
		mu.Unlock()
		return n, atEnd(n, b)
	}
	n, err = f.readAt("read", b, f.at)
	f.at += n
	return n, err
}

func atEnd(n int, b []byte) error {
	if n == 0 && len(b) > 0 {
		return io.EOF
	}
	return nil
}

func (f *File) readAt(op string, b []byte, off int) (n int, err error) {
	if f.node.isDir() {
		return 0, f.fail(op, syscall.EISDIR)
	}
	if f.flag&O_WRONLY != 0 {
		return 0, f.fail(op, syscall.EBADF)
	}
	enter(callTime)
	mu.Lock()
	if off < len(f.node.data) {
		n = copy(b, f.node.data[off:])
	}
	mu.Unlock()
	return n, atEnd(n, b)
}

func (f *File) ReadAt(b []byte, off int64) (n int, err error) {
	if err := f.check("read"); err != nil {
		return 0, err
	}
	if f.node == nil {
		return 0, f.fail("read", syscall.EBADF)
	}
	n, err = f.readAt("read", b, int(off))
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

func (f *File) Write(b []byte) (n int, err error) {
	if err := f.check("write"); err != nil {
		return 0, err
	}
	if f.node == nil {
		if f.fd == 0 {
			return 0, f.fail("write", syscall.EBADF)
		}
		write(f.fd, b)
		return len(b), nil
	}
	if f.flag&O_APPEND != 0 {
		f.at = len(f.node.data)
	}
	n, err = f.WriteAt(b, int64(f.at))
	f.at += n
	return n, err
}

func (f *File) WriteAt(b []byte, off int64) (n int, err error) {
	if err := f.check("write"); err != nil {
		return 0, err
	}
	if f.node == nil || f.flag&(O_WRONLY|O_RDWR) == 0 {
		return 0, f.fail("write", syscall.EBADF)
	}
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	if need := int(off) + len(b); need > len(f.node.data) {
		f.node.data = append(f.node.data, make([]byte, need-len(f.node.data))...)
	}
	f.node.time = time.Now()
	return copy(f.node.data[off:], b), nil
}

func (f *File) WriteString(s string) (n int, err error) {
	if f != nil && f.node == nil && f.fd != 0 && !f.closed {
		writeString(f.fd, s)
		return len(s), nil
	}
	return f.Write([]byte(s))
}

func (f *File) Seek(offset int64, whence int) (ret int64, err error) {
	if err := f.check("seek"); err != nil {
		return 0, err
	}
	if f.node == nil {
		return 0, f.fail("seek", syscall.Errno(29))
	}
	switch whence {
	case io.SeekCurrent:
		offset += int64(f.at)
	case io.SeekEnd:
		offset += int64(len(f.node.data))
	}
	if offset < 0 {
		return 0, f.fail("seek", syscall.EINVAL)
	}
	f.at = int(offset)
	f.listed = 0
	return offset, nil
}

func (f *File) Truncate(size int64) error {
	if err := f.check("truncate"); err != nil {
		return err
	}
	if f.node == nil || size < 0 {
		return f.fail("truncate", syscall.EINVAL)
	}
	f.node.resize(int(size))
	return nil
}

func (f *File) Chmod(mode FileMode) error {
	if f.node != nil {
		f.node.mode = f.node.mode&^ModePerm | mode&ModePerm
	}
	return f.check("chmod")
}

// SetDeadline and its like are for pipes and devices.
func (f *File) SetDeadline(t time.Time) error { return f.fail("set deadline", errNoDeadline) }

func (f *File) Stat() (FileInfo, error) {
	if err := f.check("stat"); err != nil {
		return nil, err
	}
	if f.node == nil {
		return info{name: f.name[len("/dev/"):], mode: ModeDevice | ModeCharDevice | 0620}, nil
	}
	return f.node.info(base(f.name)), nil
}

// ReadDir gives n entries, all if n is not positive; the order is that of the names.
func (f *File) ReadDir(n int) ([]DirEntry, error) {
	if err := f.check("readdirent"); err != nil {
		return nil, err
	}
	if f.node == nil || !f.node.isDir() {
		return nil, f.fail("readdirent", syscall.ENOTDIR)
	}
	all := f.node.list()[f.listed:]
	if n > 0 {
		if len(all) == 0 {
			return nil, io.EOF
		}
		if len(all) > n {
			all = all[:n]
		}
	}
	f.listed += len(all)
	return all, nil
}

func (f *File) Readdir(n int) ([]FileInfo, error) {
	entries, err := f.ReadDir(n)
	var out []FileInfo
	for _, e := range entries {
		each, _ := e.Info()
		out = append(out, each)
	}
	return out, err
}

func (f *File) Readdirnames(n int) (names []string, err error) {
	entries, err := f.ReadDir(n)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}
