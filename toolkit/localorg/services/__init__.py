"""The handlers: parse a request, call the model, dump the answer; one module a service, no state."""
