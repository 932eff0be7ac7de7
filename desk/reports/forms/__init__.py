"""The forms a report is given out in: text, CSV, XLSX, HTML, PDF, all from one sheet."""
