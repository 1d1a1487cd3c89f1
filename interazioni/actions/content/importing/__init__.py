"""Events as other programs' calendars tell them, in the words of this house. Pure: no database, no request."""
