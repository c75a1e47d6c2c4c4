package main

import (
	"fmt"
	"html"
	"html/template"
	"os"
)

type P struct {
	Name string
	Body template.HTML
	URL  string
	N    int
	L    []string
	M    map[string]int
}

func main() {
	t := template.Must(template.New("page").Funcs(template.FuncMap{"safe": func(s string) template.HTML { return template.HTML(s) }}).Parse(`<h1 title="{{.Name}}">{{.Name}}</h1>{{.Body}}{{safe "<b>x</b>"}}
<a href="{{.URL}}">l</a><a href="/s?q={{.Name}}&n={{.N}}">m</a><p class='{{.Name}}'>{{.N}}</p>
<script>var x = {{.Name}}, n = {{.N}}, l = {{.L}}, m = {{.M}}, s = "{{.Name}}";</script>
{{range .L}}<li>{{.}}</li>{{end}}{{if .N}}yes + no{{end}}{{.M}} {{"a+b"}}
`))
	p := P{`O'Re & <i> "q"`, "<i>ok</i>", "http://x.org/a b?c=d&e", 3, []string{"<a>", "b"}, map[string]int{"k": 1}}
	fmt.Println(t.Execute(os.Stdout, p))
	p.URL = "javascript:alert(1)"
	t2, err := template.New("t").Parse(`<a href="{{.URL}}">{{.Name | html}}</a>{{template "q" .N}}{{define "q"}}[{{.}}]{{end}}`)
	fmt.Println(err, t2.Execute(os.Stdout, p), t2.Name())
	fmt.Println(html.EscapeString("<a'\">&"), html.UnescapeString("&lt;x&gt; &amp;"), template.HTMLEscapeString("<'>"))
	_, err = template.New("e").Parse("{{.X")
	fmt.Println(err)
}
