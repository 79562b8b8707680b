"""The code behind the book: gradients derived with SymPy, evaluated with NumPy, shown in live figures."""
