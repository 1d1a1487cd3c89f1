"""Every write of the contents."""

from interazioni.actions.content.rules.editing import answer as answer
from interazioni.actions.content.rules.editing import let_go as let_go
from interazioni.actions.content.rules.editing import made_public as made_public
from interazioni.actions.content.rules.editing import move_on as move_on
from interazioni.actions.content.rules.editing import note as note
from interazioni.actions.content.rules.editing import propose as propose
from interazioni.actions.content.rules.editing import take_off as take_off
from interazioni.actions.content.rules.editing import taken_off as taken_off
from interazioni.actions.content.rules.editing import write as write
from interazioni.actions.content.rules.importing import EventData as EventData
from interazioni.actions.content.rules.importing import Taken as Taken
from interazioni.actions.content.rules.importing import send_brought_in as send_brought_in
from interazioni.actions.content.rules.importing import take_events as take_events
from interazioni.actions.content.rules.pictures import add_picture as add_picture
from interazioni.actions.content.rules.pictures import forget_pictures as forget_pictures
