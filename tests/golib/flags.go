package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	w := flag.String("word", "foo", "a string")
	n := flag.Int("numb", 42, "an int")
	b := flag.Bool("fork", false, "a bool")
	d := flag.Duration("d", time.Second, "`how` long")
	var s string
	flag.StringVar(&s, "svar", "bar", "a string var")
	flag.CommandLine.SetOutput(os.Stdout)
	flag.Parse()
	fmt.Println(*w, *n, *b, *d, s, flag.Args(), flag.NFlag())
	flag.PrintDefaults()
	fs := flag.NewFlagSet("foo", flag.ContinueOnError)
	fs.SetOutput(os.Stdout)
	e := fs.Bool("enable", false, "enable")
	x := fs.Int("x", 0, "x")
	fmt.Println(fs.Parse([]string{"-enable", "-x=7", "a", "b"}), *e, *x, fs.Args())
	fmt.Println(fs.Parse([]string{"-x", "a1"}))
	fmt.Println(fs.Parse([]string{"-zz"}))
	fmt.Println(fs.Parse([]string{"-x=99999999999999999999"}))
	fmt.Println(fs.Parse([]string{"-h"}))
}
