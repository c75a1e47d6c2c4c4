package testing

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
)

// An InternalExample is an example function with what its comment says it prints.
type InternalExample struct {
	Name      string
	F         func()
	Output    string
	Unordered bool
}

// AddExamples gives m examples, which run behind the tests. Programs without examples do not call it,
// and so are not linked with the files that catch their output.
func AddExamples(m *M, examples []InternalExample) {
	m.examples = func() bool {
		ok := true
		for _, e := range examples {
			ok = e.run() && ok
		}
		return ok
	}
}

func (e InternalExample) run() bool {
	fmt.Println("=== RUN   " + e.Name)
	start := time.Now()
	stdout := os.Stdout
	f, err := os.CreateTemp("", "example")
	if err != nil {
		panic(err)
	}
	os.Stdout = f
	func() {
		defer func() { os.Stdout = stdout }()
		e.F()
	}()
	spent := time.Since(start).Seconds()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		panic(err)
	}
	os.Remove(f.Name())
	got, want := strings.TrimSpace(string(b)), strings.TrimSpace(e.Output)
	if e.Unordered {
		got, want = sorted(got), sorted(want)
	}
	if got == want {
		fmt.Printf("--- PASS: %s (%.2fs)\n", e.Name, spent)
		return true
	}
	fmt.Printf("--- FAIL: %s (%.2fs)\ngot:\n%s\nwant:\n%s\n", e.Name, spent, got, want)
	return false
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
