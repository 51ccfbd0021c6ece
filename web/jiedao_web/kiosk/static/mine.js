// One's own appointments can be cancelled, and what is finished can be rated.
import "../../look/static/forms.js";
import "./rating.js";
