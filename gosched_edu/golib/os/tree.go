package os

// Files in memory.
//
// Problem. Teaching programs write a file and read it back; a program in a page must not touch the
// reader's disk.
//
// Rejected. A wall: every call fails. The reader's own files: the same program would not give the
// same run.
//
// Chosen. A tree that begins with /tmp, a home and what the run was given, and ends with the run. A
// call that touches it is a system call of the simulated kernel, as in Go: the goroutine keeps
// its thread. Owners, links and permissions are remembered and mean nothing.
//
// Invariant. mu guards the nodes; an open file keeps its node after it was removed.

import (
	"errors"
	"io/fs"
	"sort"
	"sync"
	"syscall"
	"time"
)

const (
	PathSeparator     = '/'
	PathListSeparator = ':'
	DevNull           = "/dev/null"
)

var errNoDeadline = errors.New("file type does not support deadline")

type node struct {
	mode  FileMode
	data  []byte
	below map[string]*node // of a directory
	time  time.Time
}

var (
	mu   sync.Mutex
	wd   = "/home/gopher"
	root = plant()
)

func plant() *node {
	r := dir(0755)
	for _, name := range []string{"tmp", "home", "dev"} {
		r.below[name] = dir(0755)
	}
	r.below["home"].below["gopher"] = dir(0755)
	given := split(givenFiles)
	for i := 0; i+1 < len(given); i += 2 {
		at := r.below["home"].below["gopher"]
		if given[i][0] == '/' {
			at = r
		}
		parts := elements(given[i])
		for _, part := range parts[:len(parts)-1] {
			if at.below[part] == nil {
				at.below[part] = dir(0755)
			}
			at = at.below[part]
		}
		at.below[parts[len(parts)-1]] = &node{mode: 0644, data: []byte(given[i+1]), time: time.Now()}
	}
	return r
}

func dir(perm FileMode) *node {
	return &node{mode: ModeDir | perm&ModePerm, below: map[string]*node{}, time: time.Now()}
}

func (n *node) isDir() bool { return n.mode&ModeDir != 0 }

func (n *node) resize(size int) {
	mu.Lock()
	defer mu.Unlock()
	if size > len(n.data) {
		n.data = append(n.data, make([]byte, size-len(n.data))...)
	}
	n.data = n.data[:size:size]
	n.time = time.Now()
}

func (n *node) info(name string) FileInfo {
	size := int64(len(n.data))
	if n.isDir() {
		size = 4096
	}
	return info{name, size, n.mode, n.time}
}

func (n *node) list() []DirEntry {
	mu.Lock()
	defer mu.Unlock()
	all := []DirEntry{}
	for name, each := range n.below {
		all = append(all, fs.FileInfoToDirEntry(each.info(name)))
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all
}

type info struct {
	name string
	size int64
	mode FileMode
	time time.Time
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() FileMode     { return i.mode }
func (i info) ModTime() time.Time { return i.time }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

func SameFile(a, b FileInfo) bool { return a == b }

// --- names -------------------------------------------------------------------------------------

// elements are the parts of a name that lead somewhere, from the root or from here.
func elements(name string) (parts []string) {
	for start, i := 0, 0; i <= len(name); i++ {
		if i == len(name) || name[i] == '/' {
			switch part := name[start:i]; part {
			case "", ".":
			case "..":
				if len(parts) > 0 {
					parts = parts[:len(parts)-1]
				}
			default:
				parts = append(parts, part)
			}
			start = i + 1
		}
	}
	return
}

func base(name string) string {
	parts := elements(name)
	if len(parts) == 0 {
		if name != "" && name[0] == '/' {
			return "/"
		}
		return "."
	}
	return parts[len(parts)-1]
}

func absolute(name string) string {
	if name != "" && name[0] == '/' {
		return name
	}
	return wd + "/" + name
}

// find is the node called name, with the directory it is in and its name there; n is nil if it does
// not exist, parent if its directory does not.
func find(name string) (parent *node, last string, n *node, err error) {
	if name == "" {
		return nil, "", nil, syscall.ENOENT
	}
	n = root
	parts := elements(absolute(name))
	for i, part := range parts {
		if !n.isDir() {
			return nil, "", nil, syscall.ENOTDIR
		}
		parent, last = n, part
		n = n.below[part]
		if n == nil {
			if i < len(parts)-1 {
				parent = nil
			}
			return parent, last, nil, syscall.ENOENT
		}
	}
	return parent, last, n, nil
}

func fail(op, name string, err error) error { return &PathError{op, name, err} }

// --- calls -------------------------------------------------------------------------------------

func Open(name string) (*File, error)   { return OpenFile(name, O_RDONLY, 0) }
func Create(name string) (*File, error) { return OpenFile(name, O_RDWR|O_CREATE|O_TRUNC, 0666) }

// files are the descriptors that were given out.
var files = 2

func OpenFile(name string, flag int, perm FileMode) (*File, error) {
	enter(openTime)
	mu.Lock()
	defer mu.Unlock()
	if name == DevNull {
		return &File{fd: 3, name: name, node: &node{mode: ModeDevice}, flag: flag}, nil
	}
	parent, last, n, err := find(name)
	if n == nil {
		if flag&O_CREATE == 0 || parent == nil {
			return nil, fail("open", name, err)
		}
		n = &node{mode: perm & ModePerm &^ 022, time: time.Now()}
		parent.below[last] = n
	} else if flag&(O_CREATE|O_EXCL) == O_CREATE|O_EXCL {
		return nil, fail("open", name, syscall.EEXIST)
	} else if n.isDir() && flag&(O_WRONLY|O_RDWR) != 0 {
		return nil, fail("open", name, syscall.EISDIR)
	}
	if flag&O_TRUNC != 0 {
		n.data = nil
	}
	files++
	return &File{fd: files, name: name, node: n, flag: flag}, nil
}

func ReadFile(name string) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	data := make([]byte, len(f.node.data))
	if _, err := f.Read(data); err != nil && len(data) > 0 {
		return nil, err
	}
	if f.node.isDir() {
		return nil, fail("read", name, syscall.EISDIR)
	}
	return data, nil
}

func WriteFile(name string, data []byte, perm FileMode) error {
	f, err := OpenFile(name, O_WRONLY|O_CREATE|O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return err
}

func Stat(name string) (FileInfo, error) {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	_, _, n, err := find(name)
	if n == nil {
		return nil, fail("stat", name, err)
	}
	return n.info(base(name)), nil
}

func Lstat(name string) (FileInfo, error) {
	i, err := Stat(name)
	if err != nil {
		err.(*PathError).Op = "lstat"
	}
	return i, err
}

func ReadDir(name string) ([]DirEntry, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	return f.ReadDir(-1)
}

func Mkdir(name string, perm FileMode) error {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	parent, last, n, err := find(name)
	if n != nil {
		return fail("mkdir", name, syscall.EEXIST)
	}
	if parent == nil {
		return fail("mkdir", name, err)
	}
	parent.below[last] = dir(perm &^ 022)
	return nil
}

func MkdirAll(path string, perm FileMode) error {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	at := root
	for _, part := range elements(absolute(path)) {
		if at.below[part] == nil {
			at.below[part] = dir(perm &^ 022)
		}
		at = at.below[part]
		if !at.isDir() {
			return fail("mkdir", path, syscall.ENOTDIR)
		}
	}
	return nil
}

func Remove(name string) error {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	parent, last, n, err := find(name)
	if n == nil {
		return fail("remove", name, err)
	}
	if len(n.below) > 0 || parent == nil {
		return fail("remove", name, syscall.ENOTEMPTY)
	}
	delete(parent.below, last)
	return nil
}

func RemoveAll(path string) error {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	if parent, last, n, _ := find(path); n != nil && parent != nil {
		delete(parent.below, last)
	}
	return nil
}

// A LinkError is an error of a call with two names.
type LinkError struct {
	Op  string
	Old string
	New string
	Err error
}

func (e *LinkError) Error() string { return e.Op + " " + e.Old + " " + e.New + ": " + e.Err.Error() }
func (e *LinkError) Unwrap() error { return e.Err }

func Rename(oldpath, newpath string) error {
	enter(callTime)
	mu.Lock()
	defer mu.Unlock()
	from, old, n, err := find(oldpath)
	if n == nil {
		return &LinkError{"rename", oldpath, newpath, err}
	}
	to, last, there, err := find(newpath)
	if to == nil {
		return &LinkError{"rename", oldpath, newpath, err}
	}
	if there != nil && there.isDir() {
		return &LinkError{"rename", oldpath, newpath, syscall.EEXIST}
	}
	delete(from.below, old)
	to.below[last] = n
	return nil
}

func Truncate(name string, size int64) error {
	_, _, n, err := find(name)
	if n == nil {
		return fail("truncate", name, err)
	}
	n.resize(int(size))
	return nil
}

func Chmod(name string, mode FileMode) error {
	mu.Lock()
	defer mu.Unlock()
	_, _, n, err := find(name)
	if n == nil {
		return fail("chmod", name, err)
	}
	n.mode = n.mode&^ModePerm | mode&ModePerm
	return nil
}

func Chtimes(name string, atime time.Time, mtime time.Time) error {
	mu.Lock()
	defer mu.Unlock()
	_, _, n, err := find(name)
	if n == nil {
		return fail("chtimes", name, err)
	}
	n.time = mtime
	return nil
}

func Chdir(path string) error {
	mu.Lock()
	defer mu.Unlock()
	_, _, n, err := find(path)
	if n == nil {
		return fail("chdir", path, err)
	}
	if !n.isDir() {
		return fail("chdir", path, syscall.ENOTDIR)
	}
	at := ""
	for _, part := range elements(absolute(path)) {
		at += "/" + part
	}
	wd = at
	return nil
}

func Getwd() (string, error) {
	if wd == "" {
		return "/", nil
	}
	return wd, nil
}

func TempDir() string {
	if d := Getenv("TMPDIR"); d != "" {
		return d
	}
	return "/tmp"
}

func UserHomeDir() (string, error)   { return "/home/gopher", nil }
func UserConfigDir() (string, error) { return "/home/gopher/.config", nil }
func UserCacheDir() (string, error)  { return "/home/gopher/.cache", nil }
func Executable() (string, error)    { return "/tmp/main", nil }

//op RAND r a
func random(n int) int

// temporary is dir/pattern with a number in the place of the last *.
func temporary(dir, pattern string) string {
	if dir == "" {
		dir = TempDir()
	}
	prefix, suffix := pattern, ""
	for i := len(pattern) - 1; i >= 0; i-- {
		if pattern[i] == '*' {
			prefix, suffix = pattern[:i], pattern[i+1:]
			break
		}
	}
	number := ""
	for i := 0; i < 10; i++ {
		number += string(rune('0' + random(10)))
	}
	return dir + "/" + prefix + number + suffix
}

func MkdirTemp(dir, pattern string) (string, error) {
	name := temporary(dir, pattern)
	if err := Mkdir(name, 0700); err != nil {
		return "", err
	}
	return name, nil
}

func CreateTemp(dir, pattern string) (*File, error) {
	return OpenFile(temporary(dir, pattern), O_RDWR|O_CREATE|O_EXCL, 0600)
}

type dirFS string

// DirFS is the tree below dir.
func DirFS(dir string) fs.FS { return dirFS(dir) }

func (d dirFS) name(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fail(op, name, ErrInvalid)
	}
	return string(d) + "/" + name, nil
}

func (d dirFS) Open(name string) (fs.File, error) {
	full, err := d.name("open", name)
	if err != nil {
		return nil, err
	}
	f, err := Open(full)
	if err != nil {
		err.(*PathError).Path = name
		return nil, err
	}
	return f, nil
}

func (d dirFS) ReadDir(name string) ([]DirEntry, error) {
	full, err := d.name("readdir", name)
	if err != nil {
		return nil, err
	}
	return ReadDir(full)
}

func (d dirFS) ReadFile(name string) ([]byte, error) {
	full, err := d.name("readfile", name)
	if err != nil {
		return nil, err
	}
	return ReadFile(full)
}

func (d dirFS) Stat(name string) (FileInfo, error) {
	full, err := d.name("stat", name)
	if err != nil {
		return nil, err
	}
	return Stat(full)
}
