"""Who can teach X: a pure, fielded lexical ranking over badge definitions and those who may be named."""
