package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

func main() {
	match, _ := regexp.MatchString("p([a-z]+)ch", "peach")
	fmt.Println(match)
	r, _ := regexp.Compile("p([a-z]+)ch")
	fmt.Println(r.MatchString("peach"), r.FindString("peach punch"), r.FindStringIndex("peach punch"))
	fmt.Println(r.FindStringSubmatch("peach punch"), r.FindStringSubmatchIndex("peach punch"))
	fmt.Println(r.FindAllString("peach punch pinch", -1), r.FindAllStringSubmatchIndex("peach punch pinch", -1), r.FindAllString("peach punch pinch", 2))
	fmt.Println(r.Match([]byte("peach")), r, r.ReplaceAllString("a peach", "<fruit>"))
	fmt.Println(string(r.ReplaceAllFunc([]byte("a peach"), bytes.ToUpper)))
	for _, e := range []string{`a+?b`, `(a|ab)(c|bcd)(d*)`, `^\d{3}-\d{4}$`, `(?i)hello\s+(\w+)`, `[^aeiou\s]+`, `(?m)^x.*$`, `(a*)*`, `\Qa.b\E+`} {
		re, err := regexp.Compile(e)
		if err != nil {
			fmt.Println(e, err)
			continue
		}
		for _, s := range []string{"", "aaab", "abcd", "555-1234", "say HELLO  World", "y\nxab\nx"} {
			fmt.Printf("%s %q %v %q %q\n", e, s, re.FindStringSubmatchIndex(s), re.FindAllString(s, -1), re.Split(s, -1))
		}
	}
	for _, e := range []string{`a(b`, `a)b`, `[a`, `*a`, `a**`, `a{2}{3}`, `\`, `[b-a]`, `\y`, `(?<n>a)(?<n>b)`, `x{1001}`, `(?z)`, `(?P<1>a)`, "[[:foo:]]", `\p{Foo}`, `a{,2}`, `+`} {
		_, err := regexp.Compile(e)
		fmt.Println(e, err)
	}
	re := regexp.MustCompile(`(?P<first>\w+)\s(?P<last>\w+)`)
	fmt.Println(re.ReplaceAllString("Ada Lovelace, Alan Turing", "${last} $first $$ $9 ${x"), re.SubexpNames(), re.SubexpIndex("last"), re.NumSubexp())
	fmt.Println(re.ReplaceAllLiteralString("a b", "$1"), re.ReplaceAllStringFunc("a b c d", strings.ToUpper))
	fmt.Println(regexp.QuoteMeta("a.b*c[1]"), regexp.MustCompile("a").Split("banana", 2), regexp.MustCompilePOSIX("a|ab").FindString("ab"))
	defer func() { fmt.Println(recover()) }()
	regexp.MustCompile("a(")
}
