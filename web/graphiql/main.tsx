// The page's entry.
import "../shared/styles/tokens.css";
import "../shared/styles/base.css";
