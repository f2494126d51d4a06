"""The only room with a client network: sign-in, REST, Metadata API jobs, Tooling."""
