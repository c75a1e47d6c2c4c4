// Package regexp: regular expressions in the syntax of RE2 (regexp, regexp/syntax).
//
// Problem. A match must take time linear in the text, and be the one that Perl finds: leftmost, the
// earlier alternative first.
//
// Rejected. Backtracking: some expressions take exponential time. Automata built while matching, one-pass
// programs: faster, and much more code.
//
// Chosen. Pike's machine, as in Go: the expression is a program of few instructions; threads step through
// it together, one byte position at a time, in the order of their priority.
//
// Invariant. Texts of errors are Go's; classes of Unicode are known by a few names only.
package regexp

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type node struct {
	op       int
	sub      []*node
	runes    []rune // pairs of a class
	min, max int    // of a repetition; max < 0: no bound
	lazy     bool
	group    int
	name     string
	fold     bool
}

const (
	opEmpty = iota
	opClass
	opBegin   // of the text
	opEnd     // of the text
	opLine    // begin of a line
	opLineEnd //
	opWord    // \b
	opNotWord // \B
	opConcat
	opAlternate
	opRepeat
	opGroup
)

const maxRune = unicode.MaxRune

// Flags of the syntax.
const (
	foldCase = 1 << iota
	multiLine
	dotNewline
	swapLazy
)

// An Error is what is wrong with an expression.
type syntaxError struct{ code, expr string }

func (e *syntaxError) Error() string {
	return "error parsing regexp: " + e.code + ": `" + e.expr + "`"
}

type parser struct {
	whole string
	s     string
	flags int
	names []string
}

func parse(expr string) (n *node, names []string, err error) {
	p := &parser{whole: expr, s: expr, names: []string{""}}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*syntaxError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	n = p.alternate()
	if p.s != "" {
		p.fail("unexpected )", p.whole)
	}
	return n, p.names, nil
}

func (p *parser) fail(code, expr string) { panic(&syntaxError{code, expr}) }

func (p *parser) next() rune {
	r, size := utf8.DecodeRuneInString(p.s)
	if r == utf8.RuneError && size == 1 {
		p.fail("invalid UTF-8", p.whole)
	}
	p.s = p.s[size:]
	return r
}

func (p *parser) got(prefix string) bool {
	if strings.HasPrefix(p.s, prefix) {
		p.s = p.s[len(prefix):]
		return true
	}
	return false
}

func (p *parser) alternate() *node {
	alts := []*node{p.concat()}
	for p.got("|") {
		alts = append(alts, p.concat())
	}
	if len(alts) == 1 {
		return alts[0]
	}
	return &node{op: opAlternate, sub: alts}
}

func (p *parser) concat() *node {
	c := &node{op: opConcat}
	for p.s != "" && p.s[0] != '|' && p.s[0] != ')' {
		before := p.s
		if p.got(`\Q`) {
			var text string
			text, p.s, _ = cut(p.s, `\E`)
			for i, r := range text {
				n := p.class(r, r)
				if i+len(string(r)) == len(text) {
					n = p.repeats(n, before)
				}
				c.sub = append(c.sub, n)
			}
			continue
		}
		if n := p.atom(); n != nil {
			c.sub = append(c.sub, p.repeats(n, before))
		}
	}
	return c
}

// repeats reads the operators behind an atom.
func (p *parser) repeats(n *node, from string) *node {
	last := ""
	for p.s != "" {
		before := p.s
		low, high := 0, -1
		switch {
		case p.got("*"):
		case p.got("+"):
			low = 1
		case p.got("?"):
			high = 1
		default:
			var ok bool
			if low, high, ok = p.bounds(); !ok {
				return n
			}
			if low > 1000 || high > 1000 || high >= 0 && low > high {
				p.fail("invalid repeat count", before[:len(before)-len(p.s)])
			}
		}
		lazy := p.got("?") != (p.flags&swapLazy != 0)
		here := before[:len(before)-len(p.s)]
		if last != "" {
			p.fail("invalid nested repetition operator", last+here)
		}
		last = here
		n = &node{op: opRepeat, sub: []*node{n}, min: low, max: high, lazy: lazy}
	}
	return n
}

// bounds reads {n}, {n,} or {n,m}.
func (p *parser) bounds() (low, high int, ok bool) {
	end := strings.IndexByte(p.s, '}')
	if !strings.HasPrefix(p.s, "{") || end < 0 {
		return 0, 0, false
	}
	parts := strings.Split(p.s[1:end], ",")
	low, err := strconv.Atoi(parts[0])
	if err != nil || low < 0 || len(parts) > 2 {
		return 0, 0, false
	}
	high = low
	if len(parts) == 2 {
		high = -1
		if parts[1] != "" {
			if high, err = strconv.Atoi(parts[1]); err != nil {
				return 0, 0, false
			}
		}
	}
	p.s = p.s[end+1:]
	return low, high, true
}

func (p *parser) class(runes ...rune) *node {
	return &node{op: opClass, runes: runes, fold: p.flags&foldCase != 0}
}

// atom reads one; nil for what only changes flags.
func (p *parser) atom() *node {
	before := p.s
	switch r := p.next(); r {
	case '.':
		if p.flags&dotNewline != 0 {
			return p.class(0, maxRune)
		}
		return p.class(0, '\n'-1, '\n'+1, maxRune)
	case '^':
		if p.flags&multiLine != 0 {
			return &node{op: opLine}
		}
		return &node{op: opBegin}
	case '$':
		if p.flags&multiLine != 0 {
			return &node{op: opLineEnd}
		}
		return &node{op: opEnd}
	case '(':
		return p.group(before)
	case '[':
		return p.set(before)
	case '*', '+', '?':
		p.got("?")
		p.fail("missing argument to repetition operator", before[:len(before)-len(p.s)])
	case '\\':
		return p.escaped(before)
	default:
		return p.class(r, r)
	}
	return nil
}

func (p *parser) group(before string) *node {
	flags := p.flags
	g := &node{op: opGroup}
	if p.got("?P<") || p.got("?<") {
		end := strings.IndexByte(p.s, '>')
		if end < 0 {
			p.fail("invalid named capture", before)
		}
		g.name = p.s[:end]
		for _, c := range g.name {
			if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
				p.fail("invalid named capture", before[:len(before)-len(p.s)+end+1])
			}
		}
		p.s = p.s[end+1:]
	} else if p.got("?") {
		on := true
		for {
			if p.s == "" {
				p.fail("missing argument to repetition operator", "?")
			}
			bit := 0
			switch c := p.next(); c {
			case 'i':
				bit = foldCase
			case 'm':
				bit = multiLine
			case 's':
				bit = dotNewline
			case 'U':
				bit = swapLazy
			case '-':
				on = false
			case ')':
				return nil // the flags hold up to the end of the group around this
			case ':':
				n := p.alternate()
				p.close()
				p.flags = flags
				return n
			default:
				p.fail("invalid or unsupported Perl syntax", before[:len(before)-len(p.s)])
			}
			if on {
				p.flags |= bit
			} else {
				p.flags &^= bit
			}
		}
	}
	g.group = len(p.names)
	p.names = append(p.names, g.name)
	g.sub = []*node{p.alternate()}
	p.close()
	p.flags = flags
	return g
}

func (p *parser) close() {
	if !p.got(")") {
		p.fail("missing closing )", p.whole)
	}
}

var perl = map[byte][]rune{
	'd': {'0', '9'},
	'w': {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'},
	's': {'\t', '\n', '\f', '\r', ' ', ' '},
}

var posix = map[string][]rune{
	"alnum": {'0', '9', 'A', 'Z', 'a', 'z'}, "alpha": {'A', 'Z', 'a', 'z'}, "digit": {'0', '9'},
	"lower": {'a', 'z'}, "upper": {'A', 'Z'}, "space": {'\t', '\r', ' ', ' '}, "blank": {'\t', '\t', ' ', ' '},
	"punct": {'!', '/', ':', '@', '[', '`', '{', '~'}, "xdigit": {'0', '9', 'A', 'F', 'a', 'f'},
	"word": {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}, "print": {' ', '~'}, "graph": {'!', '~'},
	"cntrl": {0, 0x1f, 0x7f, 0x7f}, "ascii": {0, 0x7f},
}

var latin = map[string][]rune{
	"L":     {'A', 'Z', 'a', 'z', 0xaa, 0xaa, 0xb5, 0xb5, 0xba, 0xba, 0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2c1, 0x370, 0x373, 0x376, 0x3ff, 0x400, 0x481, 0x48a, 0x556, 0x5d0, 0x5ea, 0x620, 0x64a, 0x3040, 0x30ff, 0x3400, 0x9fff, 0xac00, 0xd7a3},
	"Lu":    {'A', 'Z', 0xc0, 0xd6, 0xd8, 0xde, 0x391, 0x3a9, 0x400, 0x42f},
	"Ll":    {'a', 'z', 0xb5, 0xb5, 0xdf, 0xf6, 0xf8, 0xff, 0x3b1, 0x3c9, 0x430, 0x45f},
	"N":     {'0', '9', 0xb2, 0xb3, 0xb9, 0xb9, 0xbc, 0xbe, 0x660, 0x669, 0xff10, 0xff19},
	"Nd":    {'0', '9', 0x660, 0x669, 0xff10, 0xff19},
	"Greek": {0x370, 0x373, 0x375, 0x377, 0x37a, 0x37d, 0x37f, 0x37f, 0x384, 0x384, 0x386, 0x386, 0x388, 0x3e1, 0x3f0, 0x3ff},
	"Han":   {0x2e80, 0x2fd5, 0x3005, 0x3005, 0x3007, 0x3007, 0x3021, 0x3029, 0x3400, 0x4dbf, 0x4e00, 0x9fff},
	"P":     {'!', '#', '%', '*', ',', '/', ':', ';', '?', '@', '[', ']', '_', '_', '{', '{', '}', '}', 0xa1, 0xa1, 0xab, 0xab, 0xbb, 0xbb, 0xbf, 0xbf, 0x2010, 0x2027},
	"Z":     {' ', ' ', 0xa0, 0xa0, 0x2000, 0x200a, 0x2028, 0x2029, 0x3000, 0x3000},
}

// escaped reads what follows a backslash outside of brackets.
func (p *parser) escaped(before string) *node {
	if p.s == "" {
		p.fail("trailing backslash at end of expression", "")
	}
	switch p.s[0] {
	case 'A':
		p.next()
		return &node{op: opBegin}
	case 'z':
		p.next()
		return &node{op: opEnd}
	case 'b':
		p.next()
		return &node{op: opWord}
	case 'B':
		p.next()
		return &node{op: opNotWord}
	}
	if runes, ok := p.named(before); ok {
		return p.class(runes...)
	}
	r := p.escapedRune(before)
	return p.class(r, r)
}

func cut(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// named reads a class behind a backslash: \d, \pL, \P{Greek}.
func (p *parser) named(before string) ([]rune, bool) {
	c := p.s[0]
	if runes, ok := perl[c|32]; ok && (c|32 == 'd' || c|32 == 'w' || c|32 == 's') {
		p.next()
		if c < 'a' {
			runes = negated(runes)
		}
		return runes, true
	}
	if c|32 != 'p' {
		return nil, false
	}
	p.next()
	name := ""
	if p.got("{") {
		end := strings.IndexByte(p.s, '}')
		if end < 0 {
			p.fail("invalid character class range", before)
		}
		name = p.s[:end]
		p.s = p.s[end+1:]
	} else if p.s != "" {
		name = string(p.next())
	}
	not := c == 'P'
	if strings.HasPrefix(name, "^") {
		name, not = name[1:], !not
	}
	runes, ok := latin[name]
	if name == "Cyrillic" {
		runes, ok = []rune{0x400, 0x52f}, true
	}
	if !ok {
		p.fail("invalid character class range", before[:len(before)-len(p.s)])
	}
	if not {
		runes = negated(runes)
	}
	return runes, true
}

func (p *parser) escapedRune(before string) rune {
	c := p.next()
	switch c {
	case 'a':
		return '\a'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'x':
		digits := ""
		if p.got("{") {
			digits, p.s, _ = cut(p.s, "}")
		} else if len(p.s) >= 2 {
			digits, p.s = p.s[:2], p.s[2:]
		}
		if n, err := strconv.ParseUint(digits, 16, 32); err == nil && n <= maxRune {
			return rune(n)
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		if c == '0' || p.s != "" && '0' <= p.s[0] && p.s[0] <= '7' {
			n := c - '0'
			for i := 0; i < 2 && p.s != "" && '0' <= p.s[0] && p.s[0] <= '7'; i++ {
				n = 8*n + p.next() - '0'
			}
			return n
		}
	default:
		if c < utf8.RuneSelf && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return c
		}
	}
	p.fail("invalid escape sequence", before[:len(before)-len(p.s)])
	return 0
}

// set reads what follows [.
func (p *parser) set(before string) *node {
	not := p.got("^")
	var runes []rune
	for first := true; first || p.s == "" || p.s[0] != ']'; first = false {
		if p.s == "" {
			p.fail("missing closing ]", before)
		}
		here := p.s
		if p.got("[:") {
			name, rest, ok := cut(p.s, ":]")
			if ok {
				p.s = rest
				out := strings.HasPrefix(name, "^")
				found, known := posix[strings.TrimPrefix(name, "^")]
				if !known {
					p.fail("invalid character class range", here[:len(here)-len(rest)])
				}
				if out {
					found = negated(found)
				}
				runes = append(runes, found...)
				continue
			}
			p.s = here
		}
		if len(p.s) > 1 && p.s[0] == '\\' {
			p.next()
			if found, ok := p.named(here); ok {
				runes = append(runes, found...)
				continue
			}
			p.s = here
		}
		low := p.setRune(here)
		high := low
		if len(p.s) >= 2 && p.s[0] == '-' && p.s[1] != ']' {
			p.next()
			high = p.setRune(here)
			if high < low {
				p.fail("invalid character class range", here[:len(here)-len(p.s)])
			}
		}
		runes = append(runes, low, high)
	}
	p.next()
	n := p.class(runes...)
	if not {
		if n.fold {
			n.runes = folded(n.runes)
		}
		n.runes = negated(n.runes)
	}
	return n
}

func (p *parser) setRune(here string) rune {
	if p.got(`\`) {
		return p.escapedRune(here)
	}
	return p.next()
}

// negated are the ranges between those of a class.
func negated(runes []rune) []rune {
	var out []rune
	at := rune(0)
	for {
		// the range that begins next, in any order of ranges
		low, high := rune(maxRune+1), rune(maxRune+1)
		for i := 0; i < len(runes); i += 2 {
			if runes[i+1] >= at && runes[i] < low {
				low, high = runes[i], runes[i+1]
			}
		}
		if low > at {
			out = append(out, at, min(low-1, maxRune))
		}
		if low > maxRune {
			return out
		}
		at = max(at, high+1)
	}
}

// folded adds the other case of ASCII letters.
func folded(runes []rune) []rune {
	out := append([]rune(nil), runes...)
	for i := 0; i < len(runes); i += 2 {
		if low, high := max(runes[i], 'A'), min(runes[i+1], 'Z'); low <= high {
			out = append(out, low+32, high+32)
		}
		if low, high := max(runes[i], 'a'), min(runes[i+1], 'z'); low <= high {
			out = append(out, low-32, high-32)
		}
	}
	return out
}
