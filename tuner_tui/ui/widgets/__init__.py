"""Parts of screens: each renders frozen state and posts messages."""
