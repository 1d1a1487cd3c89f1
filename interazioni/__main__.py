from interazioni.config.cli import main

main()
