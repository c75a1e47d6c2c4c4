package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

func check(err error) {
	if err != nil {
		fmt.Println("ERR", err)
	}
}

func main() {
	_, err := os.Open("nope.txt")
	fmt.Println(err, errors.Is(err, os.ErrNotExist), errors.Is(err, fs.ErrNotExist), os.IsNotExist(err))
	var pe *fs.PathError
	fmt.Println(errors.As(err, &pe), pe.Op, pe.Path, pe.Err)
	d, err := os.MkdirTemp("", "sample")
	check(err)
	defer os.RemoveAll(d)
	check(os.Chdir(d))
	check(os.WriteFile("a.txt", []byte("hello\ngo\n"), 0644))
	b, err := os.ReadFile("a.txt")
	fmt.Printf("%q %v\n", b, err)
	f, err := os.Open("a.txt")
	check(err)
	b1 := make([]byte, 5)
	n, err := f.Read(b1)
	fmt.Println(n, string(b1[:n]), err)
	o2, err := f.Seek(6, io.SeekStart)
	check(err)
	b2 := make([]byte, 2)
	n2, err := io.ReadAtLeast(f, b2, 2)
	fmt.Printf("%d bytes @ %d: %s %v\n", n2, o2, b2, err)
	_, err = f.Seek(0, io.SeekStart)
	r4 := bufio.NewReader(f)
	b4, err := r4.Peek(5)
	fmt.Printf("5 bytes: %s\n", string(b4))
	_, err = f.Write([]byte("x"))
	fmt.Println(err)
	f.Close()
	fmt.Println(f.Close())
	check(os.MkdirAll("sub/parent/child", 0755))
	check(os.WriteFile("sub/parent/file2", nil, 0600))
	check(os.WriteFile("sub/file1", nil, 0600))
	c, err := os.ReadDir("sub")
	for _, e := range c {
		fmt.Println(" ", e.Name(), e.IsDir(), e)
	}
	filepath.WalkDir("sub", func(p string, d fs.DirEntry, err error) error {
		fmt.Println(" ", p, d.IsDir())
		return nil
	})
	filepath.Walk("sub", func(p string, d os.FileInfo, err error) error {
		if d.Name() == "parent" {
			return filepath.SkipDir
		}
		fmt.Println(" ", p, d.Mode())
		return nil
	})
	fmt.Println(os.Mkdir("sub", 0755), os.Remove("sub"), os.Remove("zz"), os.Mkdir("q/r/s", 0755))
	w, err := os.Create("w.txt")
	check(err)
	bw := bufio.NewWriter(w)
	fmt.Fprintf(bw, "abc %d", 5)
	bw.Flush()
	w.Sync()
	st, err := w.Stat()
	fmt.Println(st.Name(), st.Size(), st.Mode(), st.IsDir())
	w.Close()
	af, _ := os.OpenFile("w.txt", os.O_APPEND|os.O_WRONLY, 0)
	af.WriteString("!!")
	_, err = af.Read(b1)
	fmt.Println(err)
	x, _ := os.ReadFile("w.txt")
	fmt.Println(string(x))
	fmt.Println(os.Rename("w.txt", "v.txt"), os.Rename("none", "y"))
	m, _ := filepath.Glob("*.txt")
	fmt.Println(m)
	m, _ = filepath.Glob("sub/*/*")
	fmt.Println(m)
	_, err = os.ReadFile("sub")
	fmt.Println(err)
	for _, p := range []string{"", "a/b/../c", "/a//b/", "../x", "a/../..", "/.."} {
		fmt.Println(path.Clean(p), path.Base(p), path.Dir(p), path.Ext(p), path.IsAbs(p))
	}
	fmt.Println(path.Join("a", "", "../b"), filepath.Join("dir1//", "filename"))
	fmt.Println(filepath.Rel("a/b", "a/b/t/file"))
	fmt.Println(filepath.Rel("a/b", "a/c/t/file"))
	fmt.Println(filepath.Rel("/a", "b"))
	fmt.Println(path.Match("a*/b[^c-e]?", "abc/bfx"))
	fmt.Println(path.Match("[", "abc"))
	fmt.Println(path.Match("*x", "abc/x"))
	fmt.Println(strings.TrimSuffix("config.json", filepath.Ext("config.json")))
	fmt.Println(fs.WalkDir(os.DirFS("sub"), ".", func(p string, d fs.DirEntry, err error) error { fmt.Println(p); return err }))
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() {
		fmt.Println("in:", s.Text())
	}
	fmt.Println(len(os.Args), os.Expand("$a ${b}c", strings.ToUpper), filepath.SplitList("a:b"))
}
