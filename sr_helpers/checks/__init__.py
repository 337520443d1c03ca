"""The exercise checks: one module a notebook."""
