package regexp

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Regexp is a compiled expression. Nothing in it changes, so goroutines may share it.
type Regexp struct {
	expr    string
	prog    []inst
	start   int
	names   []string
	longest bool
}

func Compile(expr string) (*Regexp, error) {
	n, names, err := parse(expr)
	if err != nil {
		return nil, err
	}
	c := &compiler{}
	start := c.emit(n, c.add(inst{op: iMatch}))
	return &Regexp{expr: expr, prog: c.prog, start: start, names: names}, nil
}

func CompilePOSIX(expr string) (*Regexp, error) {
	re, err := Compile(expr)
	if err == nil {
		re.longest = true
	}
	return re, err
}

func MustCompile(str string) *Regexp {
	re, err := Compile(str)
	if err != nil {
		panic("regexp: Compile(" + quote(str) + "): " + err.Error())
	}
	return re
}

func MustCompilePOSIX(str string) *Regexp {
	re := MustCompile(str)
	re.longest = true
	return re
}

func quote(s string) string {
	if strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

func MatchString(pattern string, s string) (matched bool, err error) {
	re, err := Compile(pattern)
	if err != nil {
		return false, err
	}
	return re.MatchString(s), nil
}

func Match(pattern string, b []byte) (matched bool, err error) {
	return MatchString(pattern, string(b))
}

// QuoteMeta puts a backslash before what has a meaning in an expression.
func QuoteMeta(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(`\.+*?()|[]{}^$`, s[i]) >= 0 {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(b)
}

func (re *Regexp) String() string        { return re.expr }
func (re *Regexp) NumSubexp() int        { return len(re.names) - 1 }
func (re *Regexp) SubexpNames() []string { return re.names }
func (re *Regexp) Longest()              { re.longest = true }

func (re *Regexp) SubexpIndex(name string) int {
	for i, s := range re.names {
		if name != "" && s == name {
			return i
		}
	}
	return -1
}

func (re *Regexp) MatchString(s string) bool { return re.run(s, 0) != nil }
func (re *Regexp) Match(b []byte) bool       { return re.run(string(b), 0) != nil }

func (re *Regexp) MatchReader(r io.RuneReader) bool {
	var b []rune
	for {
		c, _, err := r.ReadRune()
		if err != nil {
			return re.MatchString(string(b))
		}
		b = append(b, c)
	}
}

// all calls f with the marks of each match, at most n if n is not negative. An empty match right behind
// another one does not count.
func (re *Regexp) all(s string, n int, f func([]int)) {
	last := -1
	for at, found := 0, 0; at <= len(s) && (n < 0 || found < n); {
		m := re.run(s, at)
		if m == nil {
			return
		}
		if m[1] > m[0] || m[0] != last {
			f(m)
			found++
		}
		last = m[1]
		if m[1] > at {
			at = m[1]
		} else {
			_, size := utf8.DecodeRuneInString(s[at:])
			at += max(size, 1)
		}
	}
}

func (re *Regexp) FindStringIndex(s string) []int {
	if m := re.run(s, 0); m != nil {
		return m[:2]
	}
	return nil
}

func (re *Regexp) FindStringSubmatchIndex(s string) []int { return re.run(s, 0) }
func (re *Regexp) FindIndex(b []byte) []int               { return re.FindStringIndex(string(b)) }
func (re *Regexp) FindSubmatchIndex(b []byte) []int       { return re.run(string(b), 0) }

func (re *Regexp) FindString(s string) string {
	if m := re.run(s, 0); m != nil {
		return s[m[0]:m[1]]
	}
	return ""
}

func (re *Regexp) Find(b []byte) []byte {
	if m := re.run(string(b), 0); m != nil {
		return b[m[0]:m[1]:m[1]]
	}
	return nil
}

// parts are the texts between pairs of marks.
func parts(s string, m []int) []string {
	if m == nil {
		return nil
	}
	out := make([]string, len(m)/2)
	for i := range out {
		if m[2*i] >= 0 && m[2*i+1] >= 0 {
			out[i] = s[m[2*i]:m[2*i+1]]
		}
	}
	return out
}

func byteParts(b []byte, m []int) [][]byte {
	if m == nil {
		return nil
	}
	out := make([][]byte, len(m)/2)
	for i := range out {
		if m[2*i] >= 0 && m[2*i+1] >= 0 {
			out[i] = b[m[2*i]:m[2*i+1]:m[2*i+1]]
		}
	}
	return out
}

func (re *Regexp) FindStringSubmatch(s string) []string { return parts(s, re.run(s, 0)) }
func (re *Regexp) FindSubmatch(b []byte) [][]byte       { return byteParts(b, re.run(string(b), 0)) }

func (re *Regexp) FindAllString(s string, n int) (out []string) {
	re.all(s, n, func(m []int) { out = append(out, s[m[0]:m[1]]) })
	return
}

func (re *Regexp) FindAllStringIndex(s string, n int) (out [][]int) {
	re.all(s, n, func(m []int) { out = append(out, m[:2]) })
	return
}

func (re *Regexp) FindAllStringSubmatch(s string, n int) (out [][]string) {
	re.all(s, n, func(m []int) { out = append(out, parts(s, m)) })
	return
}

func (re *Regexp) FindAllStringSubmatchIndex(s string, n int) (out [][]int) {
	re.all(s, n, func(m []int) { out = append(out, m) })
	return
}

func (re *Regexp) FindAll(b []byte, n int) (out [][]byte) {
	re.all(string(b), n, func(m []int) { out = append(out, b[m[0]:m[1]:m[1]]) })
	return
}

func (re *Regexp) FindAllIndex(b []byte, n int) [][]int { return re.FindAllStringIndex(string(b), n) }

func (re *Regexp) FindAllSubmatch(b []byte, n int) (out [][][]byte) {
	re.all(string(b), n, func(m []int) { out = append(out, byteParts(b, m)) })
	return
}

func (re *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return re.FindAllStringSubmatchIndex(string(b), n)
}

// --- replacing -----------------------------------------------------------------------------------

func (re *Regexp) replace(s string, with func(m []int) string) string {
	var b []byte
	end := 0
	re.all(s, -1, func(m []int) {
		b = append(b, s[end:m[0]]...)
		b = append(b, with(m)...)
		end = m[1]
	})
	return string(append(b, s[end:]...))
}

func (re *Regexp) ReplaceAllString(src, repl string) string {
	return re.replace(src, func(m []int) string { return string(re.ExpandString(nil, repl, src, m)) })
}

func (re *Regexp) ReplaceAllLiteralString(src, repl string) string {
	return re.replace(src, func([]int) string { return repl })
}

func (re *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return re.replace(src, func(m []int) string { return repl(src[m[0]:m[1]]) })
}

func (re *Regexp) ReplaceAll(src, repl []byte) []byte {
	return []byte(re.ReplaceAllString(string(src), string(repl)))
}

func (re *Regexp) ReplaceAllLiteral(src, repl []byte) []byte {
	return []byte(re.ReplaceAllLiteralString(string(src), string(repl)))
}

func (re *Regexp) ReplaceAllFunc(src []byte, repl func([]byte) []byte) []byte {
	return []byte(re.replace(string(src), func(m []int) string { return string(repl(src[m[0]:m[1]])) }))
}

// ExpandString appends template, in which $1, ${1} and ${name} stand for groups.
func (re *Regexp) ExpandString(dst []byte, template string, src string, match []int) []byte {
	for template != "" {
		before, after, ok := cut(template, "$")
		dst = append(dst, before...)
		if !ok {
			break
		}
		if strings.HasPrefix(after, "$") {
			dst = append(dst, '$')
			template = after[1:]
			continue
		}
		name, rest, ok := groupName(after)
		if !ok {
			dst = append(dst, '$')
			template = after
			continue
		}
		template = rest
		g, err := strconv.Atoi(name)
		if err != nil {
			g = re.SubexpIndex(name)
		}
		if g >= 0 && 2*g+1 < len(match) && match[2*g] >= 0 {
			dst = append(dst, src[match[2*g]:match[2*g+1]]...)
		}
	}
	return dst
}

func (re *Regexp) Expand(dst []byte, template []byte, src []byte, match []int) []byte {
	return re.ExpandString(dst, string(template), string(src), match)
}

func groupName(s string) (name, rest string, ok bool) {
	brace := strings.HasPrefix(s, "{")
	if brace {
		s = s[1:]
	}
	i := 0
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			break
		}
		i += size
	}
	name, rest = s[:i], s[i:]
	if brace {
		if !strings.HasPrefix(rest, "}") {
			return "", "", false
		}
		rest = rest[1:]
	}
	return name, rest, name != ""
}

// Split takes s apart at the matches, into at most n parts if n is not negative.
func (re *Regexp) Split(s string, n int) []string {
	if n == 0 {
		return nil
	}
	if re.expr != "" && s == "" {
		return []string{""}
	}
	var out []string
	begin, end := 0, 0
	for _, m := range re.FindAllStringIndex(s, n) {
		if n > 0 && len(out) == n-1 {
			break
		}
		end = m[0]
		if m[1] != 0 {
			out = append(out, s[begin:end])
		}
		begin = m[1]
	}
	if end != len(s) {
		out = append(out, s[begin:])
	}
	return out
}
