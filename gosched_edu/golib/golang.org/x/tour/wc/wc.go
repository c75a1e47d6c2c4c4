// Package wc: tests a word count for the Go Tour (golang.org/x/tour/wc).
package wc

import "fmt"

var tests = []struct {
	in   string
	want map[string]int
}{
	{"I am learning Go!", map[string]int{"I": 1, "am": 1, "learning": 1, "Go!": 1}},
	{"The quick brown fox jumped over the lazy dog.", map[string]int{
		"The": 1, "quick": 1, "brown": 1, "fox": 1, "jumped": 1, "over": 1, "the": 1, "lazy": 1, "dog.": 1}},
	{"I ate a donut. Then I ate another donut.", map[string]int{
		"I": 2, "ate": 2, "a": 1, "donut.": 2, "Then": 1, "another": 1}},
	{"A man a plan a canal panama.", map[string]int{"A": 1, "man": 1, "a": 2, "plan": 1, "canal": 1, "panama.": 1}},
}

func Test(f func(string) map[string]int) {
	for _, t := range tests {
		got := f(t.in)
		ok := len(got) == len(t.want)
		for k, v := range t.want {
			ok = ok && got[k] == v
		}
		if !ok {
			fmt.Printf("FAIL\n f(%q) =\n  %#v\n want:\n  %#v", t.in, got, t.want)
			return
		}
		fmt.Printf("PASS\n f(%q) = \n  %#v\n", t.in, got)
	}
}
