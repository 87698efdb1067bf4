"""One module for each released schema. A step that was released is never edited."""
