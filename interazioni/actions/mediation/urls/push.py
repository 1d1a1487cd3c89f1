from django.urls import path

from interazioni.actions.mediation.views import push

urlpatterns = [
    path("mine/push/allow/", push.allow, name="allow_push"),
    path("mine/push/stop/", push.stop, name="stop_push"),
]
