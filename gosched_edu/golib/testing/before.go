//go:build !go1.24

package testing

type later interface{}
