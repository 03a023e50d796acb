"""Google on this computer, for tests: the used part of Sheets v4, Drive v3 and the token endpoint, over HTTP.

Not modelled: display text other than plain numbers, ISO-like dates and booleans (the program never reads it);
formulas are not calculated (a cell holds its result); no conditional formats, charts, filters views, tables,
comments, developer metadata or protected ranges; no spreadsheets.create, no append, no batchUpdate; of Drive
only files.get with its metadata and its content; no gzip, no etags, no pagination; access is one list of
addresses for each file, without roles; limits of calls are one counter for each server, which a test winds
back itself. google-auth's look-up of the places where an account may be used is switched off: it would go
to Google.
"""
