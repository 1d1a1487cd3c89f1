from django.urls import path

from interazioni.actions.mediation.views import board, statistics

urlpatterns = [
    path("board/", board.board, name="board"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/plan/", statistics.plan_statistics, name="plan_statistics"),
]
