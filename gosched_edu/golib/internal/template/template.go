package template

import (
	"fmt"
	"io"
	"sort"
	"strings"
)

// A FuncMap has the functions that a template may call, by name.
type FuncMap = map[string]any

// common is what templates share that were made of one another.
type common struct {
	set     map[string]*Template
	funcs   FuncMap
	missing string
}

// A Template has a name and nodes. Escape, if it is not nil, writes values instead of plain printing:
// it is given the text before, and the value.
type Template struct {
	*common
	name        string
	text        string
	source      string // the name of the template whose text this one was defined in
	nodes       []*node
	defined     bool
	left, right string
	Escape      func(before, value string, kind any) string
}

// ExecError is an error of a template that runs.
type ExecError struct {
	Name string
	Err  error
}

func (e ExecError) Error() string { return e.Err.Error() }
func (e ExecError) Unwrap() error { return e.Err }

func New(name string) *Template {
	return &Template{name: name, common: &common{set: map[string]*Template{}, funcs: FuncMap{}}}
}

func (t *Template) Name() string { return t.name }

func (t *Template) New(name string) *Template {
	return &Template{name: name, common: t.common, left: t.left, right: t.right, Escape: t.Escape}
}

func (t *Template) Delims(left, right string) *Template {
	t.left, t.right = left, right
	return t
}

func (t *Template) Funcs(funcs FuncMap) *Template {
	for name, f := range funcs {
		t.funcs[name] = f
	}
	return t
}

func (t *Template) Option(opts ...string) *Template {
	for _, o := range opts {
		if !strings.HasPrefix(o, "missingkey=") {
			panic("unrecognized option: " + o)
		}
		t.missing = o[len("missingkey="):]
	}
	return t
}

func (t *Template) names() (out []string) {
	for name := range t.set {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func (t *Template) Lookup(name string) *Template { return t.set[name] }

func (t *Template) Templates() []*Template {
	var out []*Template
	for _, name := range t.names() {
		out = append(out, t.set[name])
	}
	return out
}

func (t *Template) DefinedTemplates() string {
	if len(t.set) == 0 {
		return ""
	}
	var names []string
	for _, name := range t.names() {
		names = append(names, fmt.Sprintf("%q", name))
	}
	return "; defined templates are: " + strings.Join(names, ", ")
}

func (t *Template) Clone() *Template {
	c := &common{set: map[string]*Template{}, funcs: FuncMap{}, missing: t.missing}
	for name, f := range t.funcs {
		c.funcs[name] = f
	}
	out := *t
	out.common = c
	for name, each := range t.set {
		copied := *each
		copied.common = c
		c.set[name] = &copied
	}
	if t.set[t.name] != nil {
		return c.set[t.name]
	}
	return &out
}

func (t *Template) has(name string) bool {
	if _, ok := t.funcs[name]; ok {
		return true
	}
	_, ok := builtins()[name]
	return ok
}

// keep enters a template into the set; an empty one does not replace another.
func (t *Template) keep(name string, p *parser, nodes []*node) {
	at := t
	if name != t.name {
		if at = t.set[name]; at == nil {
			at = t.New(name)
		}
	}
	if at.defined && blank(nodes) {
		return
	}
	at.nodes, at.text, at.source, at.defined = nodes, p.text, p.name, true
	t.set[name] = at
}

func blank(nodes []*node) bool {
	for _, n := range nodes {
		if n.word != "text" || strings.TrimSpace(n.text) != "" {
			return false
		}
	}
	return true
}

func (t *Template) Parse(text string) (out *Template, err error) {
	defer func() {
		if e := recover(); e != nil {
			failed, ok := e.(parseError)
			if !ok {
				panic(e)
			}
			out, err = nil, failed.error
		}
	}()
	p := &parser{t: t, name: t.name, text: text, left: "{{", right: "}}", vars: []string{"$"}}
	if t.left != "" {
		p.left = t.left
	}
	if t.right != "" {
		p.right = t.right
	}
	nodes, stop, _ := p.parse()
	if stop != "" {
		p.fail("unexpected {{%s}}", stop)
	}
	t.keep(t.name, p, nodes)
	return t, nil
}

func (t *Template) AddTree(name string, from *Template) *Template {
	out := t.New(name)
	out.nodes, out.text, out.source, out.defined = from.nodes, from.text, from.source, true
	t.set[name] = out
	return out
}

func (t *Template) ExecuteTemplate(w io.Writer, name string, data any) error {
	found := t.set[name]
	if found == nil || !found.defined {
		return fmt.Errorf("template: no template %q associated with template %q", name, t.name)
	}
	return found.Execute(w, data)
}
