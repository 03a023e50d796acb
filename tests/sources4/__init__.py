"""One register kept in four ways: .xlsx, .ods, .csv and Google Sheets must say the same."""
