package regexp

import (
	"unicode"
	"unicode/utf8"
)

// An instruction of the machine: one rune, a choice, a mark, a condition, or the end.
type inst struct {
	op     int
	x, y   int // where it goes on; y the second choice; of a mark: its number
	runes  []rune
	fold   bool
	assert int
}

const (
	iRune = iota
	iSplit
	iMark
	iAssert
	iMatch
)

type compiler struct{ prog []inst }

func (c *compiler) add(i inst) int {
	c.prog = append(c.prog, i)
	return len(c.prog) - 1
}

// emit writes the code of n, which goes on at next; it returns where it begins.
func (c *compiler) emit(n *node, next int) int {
	switch n.op {
	case opClass:
		return c.add(inst{op: iRune, x: next, runes: n.runes, fold: n.fold})
	case opConcat:
		for i := len(n.sub) - 1; i >= 0; i-- {
			next = c.emit(n.sub[i], next)
		}
		return next
	case opAlternate:
		at := c.emit(n.sub[len(n.sub)-1], next)
		for i := len(n.sub) - 2; i >= 0; i-- {
			at = c.add(inst{op: iSplit, x: c.emit(n.sub[i], next), y: at})
		}
		return at
	case opGroup:
		end := c.add(inst{op: iMark, x: next, y: 2*n.group + 1})
		return c.add(inst{op: iMark, x: c.emit(n.sub[0], end), y: 2 * n.group})
	case opRepeat:
		return c.repeat(n, next)
	case opEmpty:
		return next
	}
	return c.add(inst{op: iAssert, x: next, assert: n.op})
}

func (c *compiler) split(n *node, in, out int) inst {
	if n.lazy {
		in, out = out, in
	}
	return inst{op: iSplit, x: in, y: out}
}

func (c *compiler) repeat(n *node, next int) int {
	if n.max < 0 && n.min == 0 && nullable(n.sub[0]) {
		// (x*)* is ((x*)+)?, so that a round without a rune counts once (syntax/compile.go:star)
		plus := &node{op: opRepeat, sub: n.sub, min: 1, max: -1, lazy: n.lazy}
		return c.add(c.split(n, c.emit(plus, next), next))
	}
	if n.max < 0 {
		loop := c.add(inst{op: iSplit})
		body := c.emit(n.sub[0], loop)
		c.prog[loop] = c.split(n, body, next)
		next = loop
		if n.min > 0 {
			next = body
		}
		for i := 1; i < n.min; i++ {
			next = c.emit(n.sub[0], next)
		}
		return next
	}
	end := next
	for i := n.min; i < n.max; i++ {
		next = c.add(c.split(n, c.emit(n.sub[0], next), end))
	}
	for i := 0; i < n.min; i++ {
		next = c.emit(n.sub[0], next)
	}
	return next
}

// nullable says whether n can match nothing.
func nullable(n *node) bool {
	switch n.op {
	case opClass:
		return false
	case opConcat:
		for _, s := range n.sub {
			if !nullable(s) {
				return false
			}
		}
	case opAlternate:
		for _, s := range n.sub {
			if nullable(s) {
				return true
			}
		}
		return false
	case opGroup:
		return nullable(n.sub[0])
	case opRepeat:
		return n.min == 0 || nullable(n.sub[0])
	}
	return true
}

func (i *inst) fits(r rune) bool {
	if in(i.runes, r) {
		return true
	}
	return i.fold && (in(i.runes, unicode.ToLower(r)) || in(i.runes, unicode.ToUpper(r)))
}

func in(runes []rune, r rune) bool {
	for i := 0; i < len(runes); i += 2 {
		if runes[i] <= r && r <= runes[i+1] {
			return true
		}
	}
	return false
}

// A thread is a place in the program with the marks that it passed.
type thread struct {
	pc    int
	marks []int
}

type machine struct {
	re     *Regexp
	text   string
	seen   []int // by instruction: the step that was there last
	step   int
	list   []thread
	longer bool // the longest match of the leftmost, not the first
}

// run finds the match that begins first, at `from` or later; its marks, or nil.
func (re *Regexp) run(text string, from int) []int {
	m := &machine{re: re, text: text, seen: make([]int, len(re.prog)), longer: re.longest}
	var now []thread
	var found []int
	for at := from; ; {
		r, size := rune(-1), 0
		if at < len(text) {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		m.step++
		m.list = nil
		for _, t := range now {
			m.follow(t.pc, at, t.marks)
		}
		if found == nil {
			marks := make([]int, 2*len(re.names))
			for i := range marks {
				marks[i] = -1
			}
			marks[0] = at
			m.follow(re.start, at, marks)
		}
		now = nil
		for _, t := range m.list {
			i := &re.prog[t.pc]
			if i.op == iMatch {
				if !m.longer || found == nil || t.marks[0] < found[0] || t.marks[0] == found[0] && at > found[1] {
					found = append([]int(nil), t.marks...)
					found[1] = at
				}
				if !m.longer {
					break
				}
				continue
			}
			if size > 0 && i.fits(r) {
				now = append(now, thread{i.x, t.marks})
			}
		}
		if size == 0 || len(now) == 0 && found != nil {
			return found
		}
		at += size
	}
}

// follow adds the threads that pc leads to without a rune, those of higher priority first.
func (m *machine) follow(pc, at int, marks []int) {
	if m.seen[pc] == m.step {
		return
	}
	m.seen[pc] = m.step
	switch i := &m.re.prog[pc]; i.op {
	case iSplit:
		m.follow(i.x, at, marks)
		m.follow(i.y, at, marks)
	case iMark:
		passed := append([]int(nil), marks...)
		passed[i.y] = at
		m.follow(i.x, at, passed)
	case iAssert:
		if m.holds(i.assert, at) {
			m.follow(i.x, at, marks)
		}
	default:
		m.list = append(m.list, thread{pc, marks})
	}
}

func (m *machine) holds(assert, at int) bool {
	switch assert {
	case opBegin:
		return at == 0
	case opEnd:
		return at == len(m.text)
	case opLine:
		return at == 0 || m.text[at-1] == '\n'
	case opLineEnd:
		return at == len(m.text) || m.text[at] == '\n'
	}
	before := at > 0 && isWord(m.text[at-1])
	after := at < len(m.text) && isWord(m.text[at])
	return (before != after) == (assert == opWord)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|32 && c|32 <= 'z'
}
