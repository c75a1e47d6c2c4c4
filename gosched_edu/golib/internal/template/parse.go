// Package template is the engine of text/template and html/template: parsing and execution.
//
// A template is a list of nodes. What stands between {{ and }} is cut into words; pipelines are lists
// of commands, commands lists of operands. Values are looked at with package reflect.
package template

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A node is one piece of a template. word says what it is: "text", "action", "if", "with", "range",
// "template", "break" or "continue".
type node struct {
	word string
	pos  int
	text string // or the name of the template that is called
	pipe *pipe
	list []*node
	rest []*node // behind else
}

type pipe struct {
	pos    int
	assign bool // = instead of :=
	vars   []string
	cmds   [][]*arg
}

// An arg is one operand: kind is one of the letters . $ f (function) n (number) s (string) b (bool)
// 0 (nil) p (pipeline in brackets).
type arg struct {
	kind   byte
	pos    int
	last   int // of the last field
	text   string
	name   string
	value  any
	fields []string
	inner  *pipe
}

type word struct {
	kind byte // i identifier, . field, $ variable, n s c literal, or the character itself; d :=; 0 the end
	text string
	pos  int
	gap  bool // space before it
}

type parser struct {
	t           *Template
	name        string
	text        string
	at          int
	left, right string
	words       []word
	vars        []string
	loops       int
}

type parseError struct{ error }

func (p *parser) fail(format string, args ...any) {
	line := 1 + strings.Count(p.text[:min(p.at, len(p.text))], "\n")
	panic(parseError{fmt.Errorf("template: %s:%d: %s", p.name, line, fmt.Sprintf(format, args...))})
}

// parse reads nodes up to {{end}} or {{else}}, which it returns, or to the end of the text.
func (p *parser) parse() (list []*node, stop string, chain string) {
	for {
		start := p.at
		i := strings.Index(p.text[p.at:], p.left)
		if i < 0 {
			p.add(&list, start, p.text[start:])
			p.at = len(p.text)
			return list, "", ""
		}
		text := p.text[start : start+i]
		p.at = start + i + len(p.left)
		if s := p.text[p.at:]; len(s) > 1 && s[0] == '-' && isSpace(s[1]) {
			text = strings.TrimRight(text, " \t\r\n")
			p.at++
		}
		p.add(&list, start, text)
		begin := p.at
		inside := p.inside()
		if inside == nil {
			continue // a comment
		}
		first := inside[0]
		p.words = inside
		if first.kind != 'i' {
			list = append(list, &node{word: "action", pos: first.pos, pipe: p.pipeline("command")})
			continue
		}
		n := &node{word: first.text, pos: first.pos}
		switch first.text {
		case "if", "with", "range":
			p.words = inside[1:]
			p.control(n)
		case "end":
			p.words = inside[1:]
			p.done("end")
			return list, "end", ""
		case "else":
			p.words = inside[1:]
			if w := p.peek(); w.kind == 'i' && (w.text == "if" || w.text == "with") {
				return list, "else", w.text
			}
			p.done("else")
			return list, "else", ""
		case "template", "block":
			p.words = inside[1:]
			p.call(n)
		case "define":
			p.words = inside[1:]
			p.define()
			continue
		case "break", "continue":
			if p.loops == 0 {
				p.fail("{{%s}} outside {{range}}", first.text)
			}
			p.words = inside[1:]
			p.done(first.text)
		default:
			n.word, n.pipe = "action", p.pipeline("command")
		}
		_ = begin
		list = append(list, n)
	}
}

func (p *parser) add(list *[]*node, pos int, text string) {
	if text != "" {
		*list = append(*list, &node{word: "text", pos: pos, text: text})
	}
}

func (p *parser) control(n *node) {
	known := len(p.vars)
	if n.word == "range" {
		p.loops++
	}
	n.pipe = p.pipeline(n.word)
	list, stop, chain := p.parse()
	if n.word == "range" {
		p.loops--
	}
	n.list = list
	if stop == "else" {
		if chain != "" {
			if n.word == "range" || n.word == "with" && chain == "if" || n.word == "if" && chain == "with" {
				p.fail("unexpected <%s> in input", chain)
			}
			inner := &node{word: chain, pos: p.words[0].pos}
			p.words = p.words[1:]
			p.control(inner)
			n.rest = []*node{inner}
			p.vars = p.vars[:known]
			return
		}
		n.rest, stop, _ = p.parse()
		if stop == "else" {
			p.fail("expected end; found {{else}}")
		}
	}
	if stop == "" {
		p.fail("unexpected EOF")
	}
	p.vars = p.vars[:known]
}

func (p *parser) templateName(context string) string {
	w := p.next()
	if w.kind != 's' {
		p.fail("unexpected %s in %s", shown(w), context)
	}
	s, err := strconv.Unquote(w.text)
	if err != nil {
		p.fail("%v", err)
	}
	return s
}

func (p *parser) call(n *node) {
	block := n.word == "block"
	n.pos = p.peek().pos
	n.text = p.templateName(n.word + " clause")
	n.word = "template"
	if p.peek().kind != 0 || block {
		n.pipe = p.pipeline("template clause")
	}
	if block {
		list, stop, _ := p.parse()
		if stop != "end" {
			p.fail("unexpected EOF")
		}
		p.t.keep(n.text, p, list)
	}
}

func (p *parser) define() {
	name := p.templateName("define clause")
	p.done("define clause")
	vars := p.vars
	p.vars = []string{"$"}
	list, stop, _ := p.parse()
	if stop != "end" {
		p.fail("unexpected EOF")
	}
	p.vars = vars
	p.t.keep(name, p, list)
}

// --- words ---------------------------------------------------------------------------------------

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isAlpha(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// inside cuts what stands up to the right delimiter into words; nil for a comment.
func (p *parser) inside() []word {
	var out []word
	gap := true
	if rest := strings.TrimLeft(p.text[p.at:], " \t\r\n"); strings.HasPrefix(rest, "/*") {
		i := strings.Index(rest, "*/")
		if i < 0 {
			p.fail("unclosed comment")
		}
		p.at = len(p.text) - len(rest) + i + 2
		if !p.close() {
			p.fail("comment ends before closing delimiter")
		}
		return nil
	}
	depth := 0
	for !p.close() {
		if p.at >= len(p.text) {
			p.fail("unclosed action")
		}
		start := p.at
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		w := word{pos: start, gap: gap}
		gap = false
		switch {
		case isSpace(byte(r)) && r < 128:
			p.at++
			gap = true
			continue
		case strings.HasPrefix(p.text[p.at:], ":="):
			w.kind = 'd'
			p.at += 2
		case r == '"' || r == '`' || r == '\'':
			p.quoted(byte(r))
			w.kind = 's'
			if r == '\'' {
				w.kind = 'c'
			}
		case r == '.' && p.at+1 < len(p.text) && isAlpha(rune(p.text[p.at+1])) && !unicode.IsDigit(rune(p.text[p.at+1])),
			r == '$', unicode.IsLetter(r), r == '_':
			w.kind = 'i'
			if r == '.' || r == '$' {
				w.kind = byte(r)
			}
			p.at += size
			for {
				r, size := utf8.DecodeRuneInString(p.text[p.at:])
				if !isAlpha(r) || p.at >= len(p.text) {
					break
				}
				p.at += size
			}
		case unicode.IsDigit(r), (r == '+' || r == '-' || r == '.') && p.at+1 < len(p.text) && unicode.IsDigit(rune(p.text[p.at+1])):
			w.kind = 'n'
			for p.at++; p.at < len(p.text); p.at++ {
				c := p.text[p.at]
				if !isAlpha(rune(c)) && c != '.' && !((c == '+' || c == '-') && strings.ContainsRune("eEpP", rune(p.text[p.at-1]))) {
					break
				}
			}
		default:
			if r == '(' {
				depth++
			} else if r == ')' {
				if depth--; depth < 0 {
					p.fail("unexpected right paren")
				}
			} else if !strings.ContainsRune("|.=,", r) {
				p.fail("unexpected bad character %#U in command", r)
			}
			w.kind = byte(r)
			p.at += size
		}
		w.text = p.text[start:p.at]
		out = append(out, w)
	}
	if depth > 0 {
		p.fail("unclosed left paren")
	}
	if len(out) == 0 {
		p.fail("missing value for command")
	}
	return out
}

// close steps over the right delimiter, and over space behind it if it is trimmed.
func (p *parser) close() bool {
	s := p.text[p.at:]
	t := strings.TrimLeft(s, " \t\r\n")
	if len(t) < len(s) && strings.HasPrefix(t, "-"+p.right) {
		t = strings.TrimLeft(t[1+len(p.right):], " \t\r\n")
		p.at = len(p.text) - len(t)
		return true
	}
	if strings.HasPrefix(s, p.right) {
		p.at += len(p.right)
		return true
	}
	return false
}

func (p *parser) quoted(quote byte) {
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return
		case c == '\\' && quote != '`':
			p.at++
		case c == '\n' && quote != '`':
			p.fail("unterminated quoted string")
		}
	}
	p.fail("unterminated quoted string")
}

func (p *parser) peek() word {
	if len(p.words) == 0 {
		return word{pos: p.at}
	}
	return p.words[0]
}

func (p *parser) next() word {
	w := p.peek()
	if len(p.words) > 0 {
		p.words = p.words[1:]
	}
	return w
}

func (p *parser) done(context string) {
	if w := p.peek(); w.kind != 0 {
		p.fail("unexpected %s in %s", shown(w), context)
	}
}

func shown(w word) string {
	if w.kind == 0 {
		return `"}}"`
	}
	return fmt.Sprintf("%q", w.text)
}

// --- pipelines -----------------------------------------------------------------------------------

// pipeline reads all words that are left.
func (p *parser) pipeline(context string) *pipe {
	out := p.pipe(context)
	if w := p.peek(); w.kind != 0 {
		p.fail("unexpected %s in %s", shown(w), context)
	}
	return out
}

func (p *parser) pipe(context string) *pipe {
	out := &pipe{pos: p.peek().pos}
	if p.peek().kind == '$' && len(p.words) > 1 {
		second := p.words[1].kind
		if second == 'd' || second == '=' {
			out.vars, out.assign = []string{p.next().text}, second == '='
			p.next()
		} else if second == ',' && context == "range" && len(p.words) > 3 && p.words[2].kind == '$' {
			out.vars, out.assign = []string{p.words[0].text, p.words[2].text}, p.words[3].kind == '='
			p.words = p.words[4:]
		}
	}
	var cmd []*arg
	for {
		w := p.peek()
		switch w.kind {
		case 0, ')':
			if len(cmd) == 0 {
				p.fail("missing value for %s", context)
			}
			out.cmds = append(out.cmds, cmd)
			for _, name := range out.vars {
				if !out.assign {
					p.vars = append(p.vars, name)
				}
			}
			for i, c := range out.cmds {
				if i > 0 && strings.IndexByte("nsb0.", c[0].kind) >= 0 && len(c[0].fields) == 0 {
					p.fail("non executable command in pipeline stage %d", i+1)
				}
			}
			return out
		case '|':
			if len(cmd) == 0 {
				p.fail("missing value for %s", context)
			}
			p.next()
			out.cmds, cmd = append(out.cmds, cmd), nil
			continue
		}
		cmd = append(cmd, p.operand(context))
	}
}

func (p *parser) operand(context string) *arg {
	w := p.next()
	a := &arg{pos: w.pos, last: w.pos, text: w.text}
	switch w.kind {
	case 'i':
		a.kind, a.name = 'f', w.text
		switch w.text {
		case "true", "false":
			a.kind, a.value = 'b', w.text == "true"
		case "nil":
			a.kind = '0'
		default:
			if !p.t.has(w.text) {
				p.fail("function %q not defined", w.text)
			}
		}
	case '.':
		a.kind = '.'
		if len(w.text) > 1 {
			a.fields = []string{w.text[1:]}
		}
	case '$':
		a.kind, a.name = '$', w.text
		known := false
		for _, v := range p.vars {
			known = known || v == w.text
		}
		if !known {
			p.fail("undefined variable %q", w.text)
		}
	case 'n', 'c':
		a.kind, a.value = 'n', p.number(w)
	case 's':
		s, err := strconv.Unquote(w.text)
		if err != nil {
			p.fail("%v", err)
		}
		a.kind, a.value = 's', s
	case '(':
		a.kind = 'p'
		a.inner = p.pipe("parenthesized pipeline")
		end := p.next()
		a.text = p.text[w.pos : end.pos+1]
	default:
		p.fail("unexpected %s in %s", shown(w), context)
	}
	for p.peek().kind == '.' && !p.peek().gap && len(p.peek().text) > 1 {
		f := p.next()
		if strings.IndexByte("nsb0", a.kind) >= 0 {
			p.fail("unexpected . after term %q", a.text)
		}
		a.fields = append(a.fields, f.text[1:])
		a.last = f.pos
		a.text += f.text
	}
	if w := p.peek(); w.kind != 0 && !w.gap && w.kind != ')' && w.kind != '|' && w.kind != '=' && w.kind != 'd' && w.kind != ',' {
		p.fail("unexpected %s in operand", shown(w))
	}
	return a
}

func (p *parser) number(w word) any {
	if w.kind == 'c' {
		r, _, tail, err := strconv.UnquoteChar(w.text[1:], '\'')
		if err != nil || tail != "'" {
			p.fail("malformed character constant: %s", w.text)
		}
		return int(r)
	}
	if i, err := strconv.ParseInt(w.text, 0, 64); err == nil {
		return int(i)
	}
	if u, err := strconv.ParseUint(w.text, 0, 64); err == nil {
		return u
	}
	f, err := strconv.ParseFloat(w.text, 64)
	if err != nil {
		p.fail("bad number syntax: %q", w.text)
	}
	return f
}
