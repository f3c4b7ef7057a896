"""The way to the Peppol network: an access point with which a contract exists, or the simulator.

`types` says what is handed over and answered, `port` is what the rest of the house knows, `rest` speaks to an
access point over HTTPS, `simulator` stands for the network where no contract exists, `chosen` reads the
settings.
"""
