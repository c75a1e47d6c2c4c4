package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
)

type Item struct {
	Name  string
	Price float64
	Qty   int
	Tags  []string
	inner int
}

func (i Item) Total() float64           { return i.Price * float64(i.Qty) }
func (i *Item) Mul(k int) int           { return i.Qty * k }
func (i Item) Fail() (string, error)    { return "", errors.New("failed") }

type Page struct {
	Title string
	Items []Item
	M     map[string]int
	P     *Item
	Nil   *Item
	F     func(int) string
	Any   any
	Err   error
}

func run(name, text string, data any) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"upper": strings.ToUpper, "add": func(a, b int) int { return a + b },
		"join": strings.Join, "half": func(f float64) float64 { return f / 2 }, "bad": func() (int, error) { return 0, errors.New("bad!") },
	}).Parse(text)
	if err != nil {
		fmt.Println("ERR", err)
		return
	}
	if err := t.Execute(os.Stdout, data); err != nil {
		fmt.Println("\nEXEC", err)
		return
	}
	fmt.Println("|")
}

func main() {
	p := Page{"Hi", []Item{{"a", 1.5, 2, []string{"x", "y"}, 0}, {"b", 2, 3, nil, 0}}, map[string]int{"z": 1, "k": 2}, &Item{Name: "ptr", Qty: 4}, nil,
		func(i int) string { return fmt.Sprint("f", i) }, []int{3, 4}, errors.New("e")}
	run("a", "{{.Title}} {{len .Items}} {{printf \"%05.1f %q\" 3.14159 .Title}}", p)
	run("b", "{{range $i, $e := .Items}}{{$i}}:{{$e.Name}}={{.Total}} {{range .Tags}}[{{.}}]{{else}}none{{end}};{{end}}", p)
	run("c", "{{range $k, $v := .M}}{{$k}}={{$v}},{{end}}{{.M.k}} {{.M.nope}} {{index .M \"z\"}}", p)
	run("d", "{{if and .Title (gt (len .Items) 1)}}yes{{else if .Nil}}no{{else}}never{{end}} {{if not .Nil}}nil{{end}}", p)
	run("e", "{{with .P}}{{.Name}} {{.Mul 3}}{{end}}{{with .Nil}}x{{else}}empty{{end}} {{with $x := 5}}{{$x}}{{end}}", p)
	run("f", "{{define \"T\"}}<{{.}}>{{end}}{{template \"T\" .Title}}{{template \"T\" 3}}{{block \"B\" .P}}{{.Name}}{{end}}", p)
	run("g", "  {{- .Title -}}  \n x {{- /* c */ -}} y {{ \"q\" | upper | printf \"%s-%s\" \"z\" }}", p)
	run("h", "{{.Items}} {{.P}} {{.Any}} {{.Err}} {{.Nil}} {{.M}}", p)
	run("i", "{{$x := 1}}{{range .Items}}{{$x = add $x .Qty}}{{end}}{{$x}} {{call .F 7}} {{index .Any 1}} {{(index .Items 0).Name}}", p)
	run("j", "{{eq 1 1}} {{eq .Title \"a\" \"Hi\"}} {{ne 1 2}} {{lt 1 2}} {{le 2.5 2.5}} {{ge \"b\" \"a\"}} {{and 1 0}} {{or 0 \"x\"}}", p)
	run("k", "{{html \"<a&'>\"}} {{js \"it's\"}} {{urlquery \"a b&c\"}} {{print 1 2 \"x\" 3}} {{println \"e\"}}", p)
	run("l", "{{slice \"abcdef\" 1 3}} {{range 3}}{{.}}{{end}} {{range .Items}}{{if eq .Name \"b\"}}{{break}}{{end}}{{.Name}}{{end}}", p)
	run("m", "{{join (index .Items 0).Tags \"-\"}} {{half 3}} {{true}} {{'a'}} {{1e3}} {{`raw`}}", p)
	run("n", "{{.Missing}}", p)
	run("o", "line\n  {{.P.Nope}}", p)
	run("p", "{{.Nil.Name}}", p)
	run("q", "{{index .Items 9}}", p)
	run("r", "{{bad}}", p)
	run("s", "{{(index .Items 0).Fail}}", p)
	run("t", "{{template \"no\"}}", p)
	run("u", "{{add 1}}", p)
	run("v", "{{add \"a\" 2}}", p)
	run("w", "{{if}}x{{end}}", p)
	run("x", "{{nofunc 1}}", p)
	run("y", "{{.A", p)
	run("z", "a\n{{range .Items}}", p)
	run("aa", "{{end}}", p)
	run("bb", "{{$y}}", p)
	run("cc", "{{lt 1 \"a\"}}", p)
	run("dd", "{{.x}} {{.b.c}}", map[string]any{"x": 1, "b": map[string]string{"c": "d"}})
	run("ee", "{{.}} {{range .}}{{.}},{{end}}", []string{"a", "b"})
	run("ff", "{{.}}", nil)
	t := template.Must(template.New("base").Parse(`{{define "x"}}X{{.}}{{end}}{{define "y"}}{{template "x" .}}Y{{end}}`))
	fmt.Println(t.ExecuteTemplate(os.Stdout, "y", 1), t.Lookup("q") == nil, t.Lookup("x").Name())
	fmt.Println(t.ExecuteTemplate(os.Stdout, "zz", 1))
}
