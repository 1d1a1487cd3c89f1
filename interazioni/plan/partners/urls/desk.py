from django.urls import path

from interazioni.plan.partners.views import members, register

app_name = "partners"
urlpatterns = [
    path("", register.bodies, name="bodies"),
    path("new/", register.new_body, name="register_body"),
    path("mine/", register.mine, name="mine"),
    path("switch/", members.switch, name="switch"),
    path("roles/", register.who_may_what, name="roles"),
    path("partnerships/", register.partnerships, name="partnerships"),
    path("partnerships/new/", register.new_partnership, name="form_partnership"),
    path("partnerships/<uuid:partnership_id>/", register.partnership, name="partnership"),
    path("members/<uuid:membership_id>/roles/", members.change_roles, name="change_roles"),
    path("members/<uuid:membership_id>/end/", members.end, name="end_membership"),
    path("invitations/<uuid:invitation_id>/withdraw/", members.withdraw, name="withdraw_invitation"),
    path("<uuid:body_id>/", register.body, name="body"),
    path("<uuid:body_id>/correct/", register.correct_body, name="correct_body"),
    path("<uuid:body_id>/sites/new/", register.new_site, name="register_site"),
    path("<uuid:body_id>/closures/", register.closures, name="closures"),
    path("<uuid:body_id>/members/", members.members, name="members"),
    path("<uuid:body_id>/invite/", members.invite, name="invite"),
]
