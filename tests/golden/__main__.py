"""Write the golden files anew: `python -m tests.golden`."""

from tests.golden import FOLDER, golden
from tests.samples import LANGUAGES

if __name__ == "__main__":
    files = dict(golden())
    for language in LANGUAGES:
        (FOLDER / language).mkdir(exist_ok=True)
        for old in set((FOLDER / language).glob("*.txt")) - files.keys():
            old.unlink()
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
