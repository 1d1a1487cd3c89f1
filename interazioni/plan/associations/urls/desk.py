from django.urls import path

from interazioni.plan.associations import views

app_name = "associations"
urlpatterns = [
    path("", views.associations, name="list"),
    path("register/", views.register, name="register"),
    path("<uuid:association_id>/", views.detail, name="detail"),
    path("<uuid:association_id>/correct/", views.correct, name="correct"),
]
