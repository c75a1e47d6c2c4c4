// Package tabwriter: columns of text, aligned (the elastic tabstops of Nick Gravgaard).
//
// A cell ends with a tab; consecutive lines that have a cell in the same place make a column, which is as
// wide as its widest cell.
package tabwriter

import (
	"io"
	"strings"
	"unicode/utf8"
)

const (
	FilterHTML uint = 1 << iota
	StripEscape
	AlignRight
	DiscardEmptyColumns
	TabIndent
	Debug
)

type Writer struct {
	out      io.Writer
	minwidth int
	tabwidth int
	padding  int
	padchar  byte
	flags    uint
	text     []byte
}

func NewWriter(output io.Writer, minwidth, tabwidth, padding int, padchar byte, flags uint) *Writer {
	return new(Writer).Init(output, minwidth, tabwidth, padding, padchar, flags)
}

func (w *Writer) Init(output io.Writer, minwidth, tabwidth, padding int, padchar byte, flags uint) *Writer {
	*w = Writer{output, minwidth, tabwidth, padding, padchar, flags, nil}
	return w
}

func (w *Writer) Write(p []byte) (n int, err error) {
	w.text = append(w.text, p...)
	return len(p), nil
}

func (w *Writer) Flush() error {
	var lines [][]string
	for _, line := range strings.Split(string(w.text), "\n") {
		lines = append(lines, strings.Split(line, "\t"))
	}
	w.text = nil
	widths := make([][]int, len(lines))
	w.columns(lines, widths, 0, len(lines), 0)
	var b []byte
	for i, cells := range lines {
		for j, cell := range cells {
			if j < len(widths[i]) {
				b = w.cell(b, cell, widths[i][j])
			} else {
				b = append(b, cell...)
			}
		}
		if i < len(lines)-1 {
			b = append(b, '\n')
		}
	}
	_, err := w.out.Write(b)
	return err
}

// columns finds the widths of column j and those behind it in lines from to end.
func (w *Writer) columns(lines [][]string, widths [][]int, from, end, j int) {
	for i := from; i < end; i++ {
		if len(lines[i]) <= j+1 {
			continue
		}
		last := i
		width := w.minwidth
		empty := true
		for last < end && len(lines[last]) > j+1 {
			n := utf8.RuneCountInString(lines[last][j])
			empty = empty && n == 0
			width = max(width, n+w.padding)
			last++
		}
		if empty && w.flags&DiscardEmptyColumns != 0 {
			width = 0
		}
		if w.padchar == '\t' && w.tabwidth > 0 {
			width = (width + w.tabwidth - 1) / w.tabwidth * w.tabwidth
		}
		for k := i; k < last; k++ {
			widths[k] = append(widths[k], width)
		}
		w.columns(lines, widths, i, last, j+1)
		i = last - 1
	}
}

func (w *Writer) cell(b []byte, cell string, width int) []byte {
	n := width - utf8.RuneCountInString(cell)
	if w.flags&AlignRight == 0 {
		b = append(b, cell...)
	}
	if w.padchar == '\t' && w.tabwidth > 0 {
		for ; n > 0; n -= w.tabwidth {
			b = append(b, '\t')
		}
	} else {
		for ; n > 0; n-- {
			b = append(b, w.padchar)
		}
	}
	if w.flags&AlignRight != 0 {
		b = append(b, cell...)
	}
	if w.flags&Debug != 0 {
		b = append(b, '|')
	}
	return b
}
