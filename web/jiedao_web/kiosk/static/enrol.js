// The code that makes this screen a kiosk goes to the server as any form does.
import "../../look/static/forms.js";
