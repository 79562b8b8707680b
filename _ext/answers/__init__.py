"""Exercises and predictions that take an answer on the page.

What `check_answer` and `settle` leave in a notebook for the page (nbcode/exercises.py) is taken out of it while the
notebook is read, and becomes a field beside the exercise or the prediction's box.
"""


def setup(app):
    app.setup_extension("answers.outputs")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
