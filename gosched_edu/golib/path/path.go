// Package path: names with slashes between their parts (path/path.go).
package path

import (
	"errors"
	"strings"
)

var ErrBadPattern = errors.New("syntax error in pattern")

// Clean takes out what does not lead anywhere: ".", "x/..", repeated slashes.
func Clean(path string) string {
	rooted := strings.HasPrefix(path, "/")
	var parts []string
	for _, part := range strings.Split(path, "/") {
		switch part {
		case "", ".":
		case "..":
			if n := len(parts); n > 0 && parts[n-1] != ".." {
				parts = parts[:n-1]
			} else if !rooted {
				parts = append(parts, "..")
			}
		default:
			parts = append(parts, part)
		}
	}
	clean := strings.Join(parts, "/")
	if rooted {
		return "/" + clean
	}
	if clean == "" {
		return "."
	}
	return clean
}

func Split(path string) (dir, file string) {
	i := strings.LastIndex(path, "/")
	return path[:i+1], path[i+1:]
}

// Join leaves out empty elements.
func Join(elem ...string) string {
	var parts []string
	for _, e := range elem {
		if e != "" {
			parts = append(parts, e)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return Clean(strings.Join(parts, "/"))
}

func Ext(path string) string {
	for i := len(path) - 1; i >= 0 && path[i] != '/'; i-- {
		if path[i] == '.' {
			return path[i:]
		}
	}
	return ""
}

func Base(path string) string {
	if path == "" {
		return "."
	}
	path = strings.TrimRight(path, "/")
	if path == "" {
		return "/"
	}
	return path[strings.LastIndex(path, "/")+1:]
}

func IsAbs(path string) bool { return len(path) > 0 && path[0] == '/' }

func Dir(path string) string {
	dir, _ := Split(path)
	return Clean(dir)
}

// Match says whether all of name fits a pattern of *, ?, [a-z] and \x. It looks at the whole
// pattern, so that a bad one is told in any case.
func Match(pattern, name string) (matched bool, err error) {
	if err := check(pattern); err != nil {
		return false, err
	}
	return match(pattern, name), nil
}

func check(pattern string) error {
	for pattern != "" {
		c := pattern[0]
		pattern = pattern[1:]
		switch {
		case c == '\\':
			if pattern == "" {
				return ErrBadPattern
			}
			pattern = pattern[1:]
		case c == '[':
			_, rest, ok := class(pattern, 0)
			if !ok {
				return ErrBadPattern
			}
			pattern = rest
		}
	}
	return nil
}

func match(pattern, name string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for pattern = strings.TrimLeft(pattern, "*"); ; name = name[1:] {
				if match(pattern, name) {
					return true
				}
				if name == "" || name[0] == '/' {
					return false
				}
			}
		case '?', '[':
			if name == "" || name[0] == '/' {
				return false
			}
			var r rune
			size := 0
			for i, c := range name {
				if i > 0 {
					break
				}
				r, size = c, len(string(c))
			}
			if pattern[0] == '[' {
				fits, rest, _ := class(pattern[1:], r)
				if !fits {
					return false
				}
				pattern = rest
			} else {
				pattern = pattern[1:]
			}
			name = name[size:]
		default:
			if pattern[0] == '\\' {
				pattern = pattern[1:]
			}
			if name == "" || name[0] != pattern[0] {
				return false
			}
			pattern, name = pattern[1:], name[1:]
		}
	}
	return name == ""
}

// class reads what stands behind [ and says whether r is in it.
func class(pattern string, r rune) (fits bool, rest string, ok bool) {
	runes := []rune(pattern)
	at := 0
	negated := at < len(runes) && runes[at] == '^'
	if negated {
		at++
	}
	one := func() (rune, bool) {
		if at < len(runes) && runes[at] == '\\' {
			at++
		} else if at < len(runes) && (runes[at] == '-' || runes[at] == ']') {
			return 0, false
		}
		if at >= len(runes) {
			return 0, false
		}
		at++
		return runes[at-1], true
	}
	for first := true; first || at < len(runes) && runes[at] != ']'; first = false {
		low, good := one()
		if !good {
			return false, "", false
		}
		high := low
		if at < len(runes) && runes[at] == '-' {
			at++
			if high, good = one(); !good {
				return false, "", false
			}
		}
		if low <= r && r <= high {
			fits = true
		}
	}
	if at >= len(runes) {
		return false, "", false
	}
	return fits != negated, string(runes[at+1:]), true
}
