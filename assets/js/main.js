// The one script of portal and desk. A room that needs a script puts assets/js/<room>.js beside this file and imports it here.
import './htmx.js'
import './navigation.js'
import './forms.js'
import './confirm.js'
import './draft.js'
import './register.js'
import './board.js'
import './signature.js'
