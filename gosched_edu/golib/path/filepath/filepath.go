// Package filepath: names of files as Unix has them, and walks over the files of package os.
package filepath

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

const (
	Separator     = '/'
	ListSeparator = ':'
)

var (
	ErrBadPattern       = path.ErrBadPattern
	SkipDir       error = fs.SkipDir
	SkipAll       error = fs.SkipAll
)

type WalkFunc func(path string, info fs.FileInfo, err error) error

func Clean(path_ string) string                { return path.Clean(path_) }
func Split(path_ string) (dir, file string)    { return path.Split(path_) }
func Join(elem ...string) string               { return path.Join(elem...) }
func Ext(path_ string) string                  { return path.Ext(path_) }
func Base(path_ string) string                 { return path.Base(path_) }
func Dir(path_ string) string                  { return path.Dir(path_) }
func IsAbs(path_ string) bool                  { return path.IsAbs(path_) }
func ToSlash(path_ string) string              { return path_ }
func FromSlash(path_ string) string            { return path_ }
func VolumeName(path_ string) string           { return "" }
func EvalSymlinks(p string) (string, error)    { return existing(p) }
func Match(pattern, name string) (bool, error) { return path.Match(pattern, name) }

func existing(p string) (string, error) {
	if _, err := os.Lstat(p); err != nil {
		return "", err
	}
	return Clean(p), nil
}

func SplitList(path_ string) []string {
	if path_ == "" {
		return []string{}
	}
	return strings.Split(path_, ":")
}

func Abs(path_ string) (string, error) {
	if IsAbs(path_) {
		return Clean(path_), nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return Join(wd, path_), nil
}

// Rel is the way from basepath to targpath.
func Rel(basepath, targpath string) (string, error) {
	base, target := Clean(basepath), Clean(targpath)
	if base == target {
		return ".", nil
	}
	if base == "." {
		base = ""
	}
	if IsAbs(base) != IsAbs(target) {
		return "", errors.New("Rel: can't make " + targpath + " relative to " + basepath)
	}
	from, to := parts(base), parts(target)
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	up := make([]string, len(from))
	for i := range up {
		if from[i] == ".." {
			return "", errors.New("Rel: can't make " + targpath + " relative to " + basepath)
		}
		up[i] = ".."
	}
	return strings.Join(append(up, to...), "/"), nil
}

func parts(p string) []string {
	p = strings.Trim(p, "/")
	if p == "" || p == "." {
		return nil
	}
	return strings.Split(p, "/")
}

//since 1.20
func IsLocal(path_ string) bool {
	p := Clean(path_)
	return path_ != "" && !IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
}

func Walk(root string, fn WalkFunc) error {
	info, err := os.Lstat(root)
	if err != nil {
		err = fn(root, nil, err)
	} else {
		err = walk(root, info, fn)
	}
	return end(err)
}

func end(err error) error {
	if err == SkipDir || err == SkipAll {
		return nil
	}
	return err
}

func walk(p string, info fs.FileInfo, fn WalkFunc) error {
	if !info.IsDir() {
		return fn(p, info, nil)
	}
	entries, err := os.ReadDir(p)
	if said := fn(p, info, err); err != nil || said != nil {
		return said
	}
	for _, e := range entries {
		name := Join(p, e.Name())
		info, err := os.Lstat(name)
		if err != nil {
			err = fn(name, info, err)
		} else {
			err = walk(name, info, fn)
		}
		if err == SkipDir && info != nil && info.IsDir() {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

//since 1.16
func WalkDir(root string, fn fs.WalkDirFunc) error {
	info, err := os.Lstat(root)
	if err != nil {
		err = fn(root, nil, err)
	} else {
		err = walkDir(root, fs.FileInfoToDirEntry(info), fn)
	}
	return end(err)
}

func walkDir(p string, d fs.DirEntry, fn fs.WalkDirFunc) error {
	if err := fn(p, d, nil); err != nil || !d.IsDir() {
		if err == SkipDir && d.IsDir() {
			err = nil
		}
		return err
	}
	entries, err := os.ReadDir(p)
	if err != nil {
		if err = fn(p, d, err); err != nil {
			return end(err)
		}
	}
	for _, e := range entries {
		if err := walkDir(Join(p, e.Name()), e, fn); err != nil {
			if err == SkipDir {
				break
			}
			return err
		}
	}
	return nil
}

// Glob lists the files that a pattern fits, in the order of their names.
func Glob(pattern string) (matches []string, err error) {
	if _, err := Match(pattern, ""); err != nil {
		return nil, err
	}
	if !strings.ContainsAny(pattern, `*?[\`) {
		if _, err := os.Lstat(pattern); err != nil {
			return nil, nil
		}
		return []string{pattern}, nil
	}
	dir, file := Split(pattern)
	dirs := []string{strings.TrimSuffix(dir, "/")}
	switch {
	case dir == "":
		dirs[0] = "."
	case dirs[0] == "":
		dirs[0] = "/"
	case strings.ContainsAny(dirs[0], `*?[\`):
		if dirs, err = Glob(dirs[0]); err != nil {
			return nil, err
		}
	}
	for _, d := range dirs {
		entries, _ := os.ReadDir(d)
		for _, e := range entries {
			if ok, _ := Match(file, e.Name()); ok {
				name := Join(d, e.Name())
				matches = append(matches, name)
			}
		}
	}
	return matches, nil
}
