"""What people and machines read; no report computes anything."""
