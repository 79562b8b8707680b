"""What the notes say about the chart of networks, counted against the appendix, which has an entry for each."""
import json
import re
from pathlib import Path

_PAGE = json.loads((Path(__file__).parents[2] / "book" / "zoo.ipynb").read_text(encoding="utf-8"))
_TEXT = "".join("".join(cell["source"]) + "\n" for cell in _PAGE["cells"] if cell["cell_type"] == "markdown")
_SHOWN = json.dumps([cell.get("outputs") for cell in _PAGE["cells"]])


def _chart():
    """The short names in the page's table, each of which must have its entry."""
    listed = dict(re.findall(r"\[([A-Z]+)\]\(#(zoo-\w+)\)", _SHOWN))
    return {short for short, target in listed.items() if f"({target})=" in _TEXT}


def bt_13_zoo():
    legible = set("P FF RBF DFF VAE DBN DCN DN GAN LSM ELM DRN KN".split())
    lost = set("RNN LSTM GRU AE DAE SAE MC HN BM RBM DCIGN ESN SVM NTM".split())
    chart = _chart()
    whole = legible | lost == chart and not legible & lost and len(chart) == 27
    return legible == chart, whole
