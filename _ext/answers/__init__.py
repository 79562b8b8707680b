"""Exercises and predictions that take an answer on the page.

What `check_answer` and `settle` leave in a notebook for the page (nbcode/exercises.py) is taken out of it while it
is read (reading/outputs.py), and becomes a field beside the exercise or the prediction's box. What is done there
stays on the device.
"""


def setup(app):
    app.setup_extension("reading.outputs")
    for name in "fields", "your_book", "assets":
        app.setup_extension(f"answers.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
