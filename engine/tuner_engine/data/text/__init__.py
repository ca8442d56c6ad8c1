"""Text with classes, text to continue, and prompts with completions.

```text
recognition      which of the three a file holds
labelled         texts with classes → classification
passages,        running text and documents, a piece at a time,
documents        however large → survey → language
objects          rows with nested fields → conversations → instruction
vocabularies,    text into tokens; which, and how many
choice
lengths,         tokens into rows of one length
windows, packing
store            tokens on disk
facts            what is reported
```
"""

from tuner_engine.data.text.loading import KINDS, load, profile, recognised

__all__ = ["KINDS", "load", "profile", "recognised"]
