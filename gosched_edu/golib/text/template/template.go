// Package template: templates that write text. The engine is internal/template.
package template

import (
	"fmt"
	"internal/template"
	"io"
	"os"
	"path/filepath"
)

type (
	FuncMap   map[string]any
	ExecError = template.ExecError
)

// A Template is one of a set of templates that may call each other.
type Template struct{ t *template.Template }

func wrap(t *template.Template) *Template {
	if t == nil {
		return nil
	}
	return &Template{t}
}

func New(name string) *Template { return &Template{template.New(name)} }

func Must(t *Template, err error) *Template {
	if err != nil {
		panic(err)
	}
	return t
}

func (t *Template) Name() string                            { return t.t.Name() }
func (t *Template) New(name string) *Template               { return &Template{t.t.New(name)} }
func (t *Template) Delims(left, right string) *Template     { t.t.Delims(left, right); return t }
func (t *Template) Funcs(funcs FuncMap) *Template           { t.t.Funcs(funcs); return t }
func (t *Template) Option(opts ...string) *Template         { t.t.Option(opts...); return t }
func (t *Template) Lookup(name string) *Template            { return wrap(t.t.Lookup(name)) }
func (t *Template) DefinedTemplates() string                { return t.t.DefinedTemplates() }
func (t *Template) Clone() (*Template, error)               { return &Template{t.t.Clone()}, nil }
func (t *Template) Execute(w io.Writer, data any) error     { return t.t.Execute(w, data) }

func (t *Template) ExecuteTemplate(w io.Writer, name string, data any) error {
	return t.t.ExecuteTemplate(w, name, data)
}

func (t *Template) Templates() (out []*Template) {
	for _, each := range t.t.Templates() {
		out = append(out, &Template{each})
	}
	return out
}

func (t *Template) Parse(text string) (*Template, error) {
	if _, err := t.t.Parse(text); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Template) ParseFiles(filenames ...string) (*Template, error) {
	if len(filenames) == 0 {
		return nil, fmt.Errorf("template: no files named in call to ParseFiles")
	}
	for _, f := range filenames {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		at := t
		if name := filepath.Base(f); name != t.Name() {
			at = t.New(name)
		}
		if _, err := at.Parse(string(b)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Template) ParseGlob(pattern string) (*Template, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("template: pattern matches no files: %#q", pattern)
	}
	return t.ParseFiles(files...)
}

func ParseFiles(filenames ...string) (*Template, error) {
	if len(filenames) == 0 {
		return nil, fmt.Errorf("template: no files named in call to ParseFiles")
	}
	return New(filepath.Base(filenames[0])).ParseFiles(filenames...)
}

func ParseGlob(pattern string) (*Template, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("template: pattern matches no files: %#q", pattern)
	}
	return ParseFiles(files...)
}

func IsTrue(val any) (truth, ok bool)    { return template.IsTrue(val) }
func HTMLEscapeString(s string) string   { return template.HTMLEscapeString(s) }
func HTMLEscaper(args ...any) string     { return template.HTMLEscaper(args...) }
func JSEscapeString(s string) string     { return template.JSEscapeString(s) }
func JSEscaper(args ...any) string       { return template.JSEscaper(args...) }
func URLQueryEscaper(args ...any) string { return template.URLQueryEscaper(args...) }

func HTMLEscape(w io.Writer, b []byte) { io.WriteString(w, template.HTMLEscapeString(string(b))) }
func JSEscape(w io.Writer, b []byte)   { io.WriteString(w, template.JSEscapeString(string(b))) }
