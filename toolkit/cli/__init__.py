"""click commands, one file each: parse, call one function, report, exit code."""
