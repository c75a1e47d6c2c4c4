"""The simulated runtime in a web page: the same kernel as WebAssembly, without a server."""
